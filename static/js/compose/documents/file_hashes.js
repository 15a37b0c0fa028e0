// SHA-256 of the files that stay, computed while the person still fills in the form.

/**
 * @typedef {object} Reading
 * @property {number} read bytes so far
 * @property {AbortController} end
 * @property {Promise<string>} sha256
 */

export class Hashes {
  /** @type {Map<File, Reading>} */
  #readings = new Map();
  #sha256;
  #changed;
  #failed;

  /**
   * @param {object} parts
   * @param {typeof import("../../lib/sha256.js").sha256} parts.sha256
   * @param {() => import("../../lib/sha256.js").Hasher} parts.makeWorker
   * @param {() => void} parts.changed called when more is read
   * @param {(file: File) => void} parts.failed one can't be read, or there are no workers here
   */
  constructor({ sha256, makeWorker, changed, failed }) {
    this.#sha256 = (/** @type {File} */ file, /** @type {object} */ how) =>
      sha256(file, { ...how, makeWorker });
    this.#changed = changed;
    this.#failed = failed;
  }

  /**
   * Reads these files and no others.
   * @param {readonly File[]} files
   */
  want(files) {
    for (const [file, { end }] of this.#readings) {
      if (files.includes(file)) continue;
      this.#readings.delete(file);
      end.abort();
    }
    for (const file of files) if (!this.#readings.has(file)) this.#begin(file);
    this.#changed();
  }

  /** @returns {Promise<Map<File, string>>} what was wanted last, once all of it is read */
  async all() {
    for (;;) {
      const files = [...this.#readings.keys()];
      const found = await Promise.allSettled(files.map((file) => this.#readings.get(file).sha256));
      if (files.length !== this.#readings.size || files.some((one) => !this.#readings.has(one))) {
        continue; // others are wanted by now
      }
      return new Map(files.map((file, index) => [file, /** @type {any} */ (found[index]).value]));
    }
  }

  /** How much is read: null when all is. */
  get percent() {
    const all = [...this.#readings];
    const size = all.reduce((sum, [file]) => sum + file.size, 0);
    const read = all.reduce((sum, [, reading]) => sum + reading.read, 0);
    return read === size ? null : Math.floor((100 * read) / size);
  }

  /** @param {File} file */
  #begin(file) {
    /** @type {Reading} */
    const reading = { read: 0, end: new AbortController(), sha256: null };
    reading.sha256 = this.#sha256(file, {
      signal: reading.end.signal,
      onProgress: (/** @type {number} */ read) => {
        reading.read = read;
        this.#changed();
      },
    });
    reading.sha256.catch(() => {
      if (this.#readings.get(file) !== reading) return;
      this.#readings.delete(file);
      this.#failed(file);
    });
    this.#readings.set(file, reading);
  }
}
