// What was typed after a session ran out: kept in this tab while its person signs in again, and put
// back into the form. Knows nothing of the page.

/**
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Shelf
 */

const NAME = "unsaved fax";

/**
 * @param {Shelf} shelf
 * @param {{key: string, who: string, typed: string}} what `who` typed it into the form with a key
 */
export function keep(shelf, what) {
  shelf.setItem(NAME, JSON.stringify(what));
}

/**
 * What was kept for this form and this person, taken off the shelf; for any other it is gone.
 * @param {Shelf} shelf
 * @param {{key: string, who: string}} wanted
 * @returns {[string, string][]} fields with their values
 */
export function takeBack(shelf, { key, who }) {
  const text = shelf.getItem(NAME);
  shelf.removeItem(NAME);
  const kept = text ? JSON.parse(text) : null;
  if (kept?.key !== key || kept.who !== who) return [];
  return [...new URLSearchParams(kept.typed)];
}
