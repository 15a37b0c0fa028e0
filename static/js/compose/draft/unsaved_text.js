// Keeps what a person typed after the session had ended. The tab's storage has the text while the
// person signs in again. Then the text goes back into the form. Knows nothing of the page.

/**
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} TabStorage
 *
 * @typedef {object} Owner
 * @property {string} key of the form
 * @property {string} who the person's name
 */

const NAME = "unsaved fax";

/**
 * Keeps a text, in place of the text that was kept before.
 * @param {TabStorage} storage
 * @param {Owner & {typed: string}} text typed: URL-encoded fields
 */
export function keepText(storage, text) {
  storage.setItem(NAME, JSON.stringify(text));
}

/**
 * Takes the text out of the storage, if it was kept for this form and this person. A text that was
 * kept for another form or person is deleted.
 * @param {TabStorage} storage
 * @param {Owner} wanted
 * @returns {[string, string][]} fields with their values
 */
export function takeText(storage, { key, who }) {
  const text = storage.getItem(NAME);
  storage.removeItem(NAME);
  /** @type {(Owner & {typed: string}) | null} */
  const kept = text ? JSON.parse(text) : null;
  if (!kept || kept.key !== key || kept.who !== who) return [];
  return [...new URLSearchParams(kept.typed)];
}
