// The documents of a form in their order: those that the portal holds, and files that are on their
// way there, that stay in the browser, or that can't be attached. Knows nothing of the page.

/**
 * @typedef {"held" | "waiting" | "full" | "travelling" | "stays" | "lost" | "signed out"
 *   | "refused" | "too large" | "too late"} State
 *   full: it waits until another one is removed. lost, signed out: it can be tried again.
 *   too late: the form's fax was sent, so it goes with the form, as a part of another fax.
 *
 * @typedef {object} Entry
 * @property {State} state
 * @property {number | null} document the portal's number of it, once it is held
 * @property {File | null} file unless it is held
 * @property {number | null} replaces the document that it is to come in place of
 * @property {string} sentence of the portal, about a file that is not attached
 * @property {number} sent bytes
 * @property {boolean} wasTold the person pressed Send and read that it isn't attached
 *
 * @typedef {object} Limits
 * @property {number} files of one fax
 * @property {number} bytes of one file
 * @property {(file: File) => boolean} isToStay
 */

/** What takes a place of those that a fax has. @type {State[]} */
const COUNTED = ["held", "waiting", "travelling", "stays", "lost", "signed out"];
/** What the limits decide on, as often as something changes. @type {State[]} */
const JUDGED = ["waiting", "full", "stays", "too large"];
/** What a fax that is sent now would lack. @type {State[]} */
const UNATTACHED = ["full", "refused", "too large"];

export class Entries {
  /** @type {Entry[]} */
  all = [];

  /**
   * Adds files, at the end or in place of an entry; the same one (name, size, time) is there once.
   * @param {Iterable<File>} files
   * @param {Entry} [instead]
   */
  add(files, instead) {
    const known = new Set(this.all.filter(({ file }) => file).map(({ file }) => nameOf(file)));
    const added = [...files].filter((file) => !known.has(nameOf(file)) && known.add(nameOf(file)));
    const entries = added.map(newEntry);
    if (!instead) return this.all.push(...entries);
    const at = this.all.indexOf(instead);
    if (instead.state === "held" && entries[0]) entries[0].replaces = instead.document;
    // What is held stays until the portal has the other one.
    this.all.splice(at, instead.state === "held" ? 0 : 1, ...entries);
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.all = this.all.filter((other) => other !== entry);
  }

  /**
   * The portal holds these documents, in this order: what is new comes behind its neighbour.
   * @param {readonly number[]} ids
   */
  hold(ids) {
    this.all = this.all.filter(({ document }) => document === null || ids.includes(document));
    const known = new Set(this.all.map(({ document }) => document));
    ids.forEach((id, index) => {
      if (known.has(id)) return;
      const before = this.all.findIndex(({ document }) => document === (ids[index - 1] ?? NaN));
      this.all.splice(index === 0 ? 0 : before + 1, 0, heldEntry(id));
      known.add(id);
    });
  }

  /**
   * A file has become a document, or turned out to be one that is there.
   * @param {Entry} entry
   * @param {number} id
   */
  attached(entry, id) {
    const isThere = this.all.some(({ document }) => document === id);
    const replaced = this.all.find(({ document }) => document !== null && document === entry.replaces);
    if (replaced && !isThere) this.remove(replaced);
    if (isThere) this.remove(entry);
    else Object.assign(entry, heldEntry(id));
  }

  /**
   * Decides of each file that is not on its way whether it goes up, stays, or is none for a fax.
   * @param {Limits} limits
   */
  judge({ files, bytes, isToStay }) {
    for (const entry of this.all.filter(({ state }) => JUDGED.includes(state))) {
      if (entry.file.size > bytes) entry.state = "too large";
      else entry.state = isToStay(entry.file) ? "stays" : "waiting";
    }
    let places = 0;
    for (const entry of this.all) {
      if (!COUNTED.includes(entry.state) || entry.replaces !== null) continue;
      places += 1;
      if (places > files && JUDGED.includes(entry.state)) entry.state = "full";
    }
  }

  /** How many documents the fax would have. */
  get count() {
    return this.all.filter((one) => COUNTED.includes(one.state) && one.replaces === null).length;
  }

  /** @param {State} state */
  in(state) {
    return this.all.filter((entry) => entry.state === state);
  }

  /** The documents that the portal holds, in the order that they are to have. */
  get order() {
    return this.in("held").map(({ document }) => document);
  }

  /** Files that a fax sent now would lack, and whose person was not told so. */
  get untold() {
    return this.all.filter(({ state, wasTold }) => UNATTACHED.includes(state) && !wasTold);
  }

  /**
   * Moves an entry to a place (from 0); whether that is another one than it had.
   * @param {Entry} entry
   * @param {number} place
   */
  move(entry, place) {
    const from = this.all.indexOf(entry);
    const to = Math.max(0, Math.min(place, this.all.length - 1));
    if (from < 0 || from === to) return false;
    this.all.splice(from, 1);
    this.all.splice(to, 0, entry);
    return true;
  }
}

const nameOf = (/** @type {File} */ file) => `${file.name}\n${file.size}\n${file.lastModified}`;

/** @returns {Entry} */
const newEntry = (/** @type {File} */ file) => ({
  ...heldEntry(null),
  state: "waiting",
  file,
});

/** @returns {Entry} */
const heldEntry = (/** @type {number | null} */ document) => ({
  state: "held",
  document,
  file: null,
  replaces: null,
  sentence: "",
  sent: 0,
  wasTold: false,
});
