// The documents of a form in their order: documents that the portal holds, and files that are on
// their way there, that stay in the browser, or that can't be attached. Knows nothing of the page.

/**
 * @typedef {"held" | "waiting" | "full" | "travelling" | "stays" | "lost" | "signed out"
 *   | "refused" | "too large" | "too late"} State
 *   full: the fax has no room for the file until another document is removed. lost, signed out: the
 *   upload can be tried again. too late: the form's fax was sent without the file. If the person
 *   sends the form again, for another fax, the form has the file.
 *
 * @typedef {object} Entry
 * @property {State} state
 * @property {number | null} document the portal's id, if the portal holds the document
 * @property {File | null} file null if the portal holds the document
 * @property {number | null} replaces the document whose place the file takes
 * @property {string} sentence of the portal, about a file that is not attached
 * @property {number} sent bytes
 * @property {boolean} isReported whether the person pressed Send and then read that the file isn't
 *   attached
 *
 * @typedef {object} Limits
 * @property {number} files the most files of one fax
 * @property {number} bytes the most bytes of one file
 * @property {(file: File) => boolean} isToStay whether the file stays in the browser
 */

/** States that count as a document of the fax. @type {State[]} */
const COUNTED = ["held", "waiting", "travelling", "stays", "lost", "signed out"];
/** States that `applyLimits` decides again whenever something changes. @type {State[]} */
const DECIDED_BY_LIMITS = ["waiting", "full", "stays", "too large"];
/** States of files that a fax would lack if it were sent now. @type {State[]} */
const UNATTACHED = ["full", "refused", "too large"];

/** The documents of one form, in their order. */
export class DocumentList {
  /** @type {Entry[]} */
  all = [];

  /**
   * Adds files, at the end or in place of an entry. A file that the list has already, by its name,
   * size and time, is not added again.
   * @param {Iterable<File>} files
   * @param {Entry} [instead]
   */
  add(files, instead) {
    const known = new Set(this.all.flatMap(({ file }) => (file ? identityOf(file) : [])));
    const added = [...files].filter((file) => {
      const isNew = !known.has(identityOf(file));
      known.add(identityOf(file));
      return isNew;
    });
    const entries = added.map(newEntry);
    if (!instead) {
      this.all.push(...entries);
      return;
    }
    const at = this.all.indexOf(instead);
    if (instead.state === "held" && entries[0]) entries[0].replaces = instead.document;
    // A document of the portal stays until the portal has the new file.
    this.all.splice(at, instead.state === "held" ? 0 : 1, ...entries);
  }

  /**
   * Removes an entry from this list. The portal is not told.
   * @param {Entry} entry
   */
  remove(entry) {
    this.all = this.all.filter((other) => other !== entry);
  }

  /**
   * Sets which documents the portal holds. A new document is put after the document that is before
   * it at the portal. The other entries keep their order.
   * @param {readonly number[]} ids
   */
  setHeld(ids) {
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
   * Notes that the portal holds the file of an entry. If the list has the document already, the
   * entry is removed.
   * @param {Entry} entry
   * @param {number} id
   */
  markHeld(entry, id) {
    const isThere = this.all.some(({ document }) => document === id);
    if (isThere) {
      this.remove(entry);
      return;
    }
    const { replaces } = entry;
    this.all = this.all.filter(({ document }) => document === null || document !== replaces);
    Object.assign(entry, heldEntry(id));
  }

  /**
   * Decides whether each file that is not on its way is uploaded, stays, or can't be attached.
   * @param {Limits} limits
   */
  applyLimits({ files, bytes, isToStay }) {
    for (const entry of this.all.filter(({ state }) => DECIDED_BY_LIMITS.includes(state))) {
      const file = fileOf(entry);
      if (file.size > bytes) entry.state = "too large";
      else entry.state = isToStay(file) ? "stays" : "waiting";
    }
    let counted = 0;
    for (const entry of this.all) {
      if (!COUNTED.includes(entry.state) || entry.replaces !== null) continue;
      counted += 1;
      if (counted > files && DECIDED_BY_LIMITS.includes(entry.state)) entry.state = "full";
    }
  }

  /** How many documents the fax would have. */
  get count() {
    return this.all.filter((one) => COUNTED.includes(one.state) && one.replaces === null).length;
  }

  /**
   * The entries in some states, in the order of these states.
   * @param {State[]} states
   */
  withState(...states) {
    return states.flatMap((state) => this.all.filter((entry) => entry.state === state));
  }

  /** The ids of the documents that the portal holds, in the order that they are to have. */
  get order() {
    return this.withState("held").flatMap(({ document }) => document ?? []);
  }

  /** Files that the fax would lack if it were sent now, and that are not reported to the person. */
  get unreported() {
    return this.all.filter(({ state, isReported }) => UNATTACHED.includes(state) && !isReported);
  }

  /**
   * Moves an entry to a place.
   * @param {Entry} entry
   * @param {number} place from 0
   * @returns {boolean} whether the entry had another place before
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

/**
 * The file of an entry. Throws for a document that the portal holds.
 * @param {Pick<Entry, "file">} entry
 */
export function fileOf({ file }) {
  if (!file) throw new Error("The portal holds this document, so the page has no file of it.");
  return file;
}

/** @param {File} file */
const identityOf = (file) => `${file.name}\n${file.size}\n${file.lastModified}`;

/** @param {File} file @returns {Entry} */
const newEntry = (file) => ({ ...emptyEntry, state: "waiting", file });

/** @param {number} document @returns {Entry} */
const heldEntry = (document) => ({ ...emptyEntry, state: "held", document });

/** @type {Omit<Entry, "state">} */
const emptyEntry = {
  document: null,
  file: null,
  replaces: null,
  sentence: "",
  sent: 0,
  isReported: false,
};
