// Lets the portal read the lines of the recipients' field, some lines at a time, and each line only
// once. Knows nothing of the page.

/**
 * @typedef {object} Found A number, or why there is no number.
 * @property {string} text as it can be written in the field
 * @property {string} [wrong] a sentence, if the number can't be dialled
 * @property {string} [name]
 * @property {string} [dialled]
 * @property {string} [canonical] the same text for all ways to write the number of one phone
 * @property {string} [region] ISO 3166-1 code; empty for an extension
 * @property {string} [warning] a sentence, if the number looks invalid
 * @property {string} [note] a notice about a number that is not wrong
 *
 * @typedef {object} Part What the portal found between two separators of a line.
 * @property {string} text as it is in the line
 * @property {string} group name of the group whose members were found, or empty
 * @property {string} looked_up name of the contact or group whose numbers were found, or empty
 * @property {Found[]} found
 *
 * @typedef {object} Line
 * @property {string} text
 * @property {Part[] | undefined} parts undefined: the portal has not read the line so far
 */

/** How much one request brings. */
const LINES = 200;
const CHARACTERS = 20_000;
/** If more lines than this are known, the lines that are not in the text any more are forgotten. */
const REMEMBERED = 20_000;

/** Lets the portal read the lines of a text, and remembers what it has read. */
export class LineReader {
  /** @type {Map<string, Part[]>} by line */
  #known = new Map();
  /** @type {string[]} */
  #lines = [];
  #isAsking = false;
  #ask;
  #onChange;
  #onFailure;

  /**
   * @param {object} parts
   * @param {(lines: string[]) => Promise<Part[][]>} parts.ask
   * @param {() => void} parts.onChange called when more is read
   * @param {() => void} parts.onFailure called when the portal gave no answer. The next `setText`
   *   tries again.
   */
  constructor({ ask, onChange, onFailure }) {
    this.#ask = ask;
    this.#onChange = onChange;
    this.#onFailure = onFailure;
  }

  /**
   * Sets the text, and reads the lines that are not known.
   * @param {string} text of the field
   */
  setText(text) {
    this.#lines = text.split("\n");
    if (this.#known.size > REMEMBERED) {
      const present = new Set(this.#lines);
      for (const line of this.#known.keys()) if (!present.has(line)) this.#known.delete(line);
    }
    void this.#read();
    this.#onChange();
  }

  /** @returns {Line[]} the lines of the text, with their parts as far as they are read */
  get lines() {
    return this.#lines.map((text) => ({ text, parts: this.#partsOf(text) }));
  }

  async #read() {
    if (this.#isAsking) return; // the running loop takes the new lines
    this.#isAsking = true;
    try {
      for (let unread = this.#unread(); unread.length > 0; unread = this.#unread()) {
        const read = await this.#ask(unread);
        unread.forEach((line, index) => this.#known.set(line, read[index]));
        this.#onChange();
      }
    } catch {
      this.#onFailure();
    } finally {
      this.#isAsking = false;
    }
  }

  /** The lines to ask about next, without repetition. */
  #unread() {
    /** @type {Set<string>} */
    const unread = new Set();
    let characters = 0;
    for (const line of this.#lines) {
      if (unread.has(line) || this.#partsOf(line)) continue;
      characters += line.length;
      if (unread.size === LINES || (unread.size > 0 && characters > CHARACTERS)) break;
      unread.add(line);
    }
    return [...unread];
  }

  /** @param {string} line */
  #partsOf(line) {
    return line.trim() === "" ? [] : this.#known.get(line);
  }
}
