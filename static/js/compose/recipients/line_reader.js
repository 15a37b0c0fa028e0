// Reading the field's lines: the portal does it, some lines at a time, and each line once. Knows
// nothing of the page.

/**
 * @typedef {object} Found one number, or why there is none
 * @property {string} text as it can be written in the field
 * @property {string} [wrong] a sentence, where it can't be dialled
 * @property {string} [name]
 * @property {string} [dialled]
 * @property {string} [canonical] the same for all ways to write one phone
 * @property {string} [region] ISO 3166-1 code; empty for an extension
 * @property {string} [warning] a sentence, where it looks invalid
 * @property {string} [note] what is worth knowing about it, where nothing is wrong
 */
/**
 * @typedef {object} Part
 * @property {string} text as it stands in its line
 * @property {string} group whose members were found; or empty
 * @property {string} looked_up name of the contact or group whose numbers were found; or empty
 * @property {Found[]} found
 */

/** How much one question brings. */
const LINES = 200;
const CHARACTERS = 20_000;
/** Lines that are remembered, though they are gone from the text. */
const REMEMBERED = 20_000;

export class Reader {
  /** @type {Map<string, Part[]>} */
  #known = new Map();
  /** @type {string[]} */
  #lines = [];
  #isAsking = false;
  #ask;
  #changed;
  #failed;

  /**
   * @param {object} parts
   * @param {(lines: string[]) => Promise<Part[][]>} parts.ask
   * @param {() => void} parts.changed called when more is read
   * @param {() => void} parts.failed the portal gave no answer: the next text is a new try
   */
  constructor({ ask, changed, failed }) {
    this.#ask = ask;
    this.#changed = changed;
    this.#failed = failed;
  }

  /** @param {string} text */
  want(text) {
    this.#lines = text.split("\n");
    if (this.#known.size > REMEMBERED) {
      const wanted = new Set(this.#lines);
      for (const line of this.#known.keys()) if (!wanted.has(line)) this.#known.delete(line);
    }
    void this.#read();
    this.#changed();
  }

  /** @returns {{ text: string, parts: Part[] | undefined }[]} the lines, as far as they are read */
  get lines() {
    return this.#lines.map((text) => ({ text, parts: this.#partsOf(text) }));
  }

  async #read() {
    if (this.#isAsking) return; // which goes on with what is wanted by then
    this.#isAsking = true;
    try {
      for (let some = this.#some(); some.length > 0; some = this.#some()) {
        const read = await this.#ask(some);
        some.forEach((line, index) => this.#known.set(line, read[index]));
        this.#changed();
      }
    } catch {
      this.#failed();
    } finally {
      this.#isAsking = false;
    }
  }

  /** Lines to ask for next, each once. */
  #some() {
    const some = new Set();
    let characters = 0;
    for (const line of this.#lines) {
      if (some.has(line) || this.#partsOf(line)) continue;
      characters += line.length;
      if (some.size === LINES || (some.size > 0 && characters > CHARACTERS)) break;
      some.add(line);
    }
    return [...some];
  }

  /** @param {string} line */
  #partsOf(line) {
    return line.trim() === "" ? [] : this.#known.get(line);
  }
}
