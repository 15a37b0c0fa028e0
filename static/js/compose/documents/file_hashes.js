// The SHA-256 of the files that stay in the browser, computed while the person fills in the form.

/**
 * @typedef {object} Reading
 * @property {number} read how many bytes are read so far
 * @property {AbortController} abortion
 * @property {Promise<string>} hash
 *
 * @typedef {typeof import("../../lib/sha256.js").sha256} Sha256
 */

/** Computes the SHA-256 of a changing set of files. */
export class FileHashes {
  /** @type {Map<File, Reading>} */
  #readings = new Map();
  #sha256;
  #makeWorker;
  #onChange;
  #onFailure;

  /**
   * @param {object} parts
   * @param {Sha256} parts.sha256
   * @param {() => import("../../lib/sha256.js").Hasher} parts.makeWorker
   * @param {() => void} parts.onChange called when more is read
   * @param {(file: File) => void} parts.onFailure called when a file can't be read, or the browser
   *   can't run workers
   */
  constructor({ sha256, makeWorker, onChange, onFailure }) {
    this.#sha256 = sha256;
    this.#makeWorker = makeWorker;
    this.#onChange = onChange;
    this.#onFailure = onFailure;
  }

  /**
   * Reads these files, and stops reading other files.
   * @param {readonly File[]} files
   */
  setFiles(files) {
    for (const [file, { abortion }] of this.#readings) {
      if (files.includes(file)) continue;
      this.#readings.delete(file);
      abortion.abort();
    }
    for (const file of files) if (!this.#readings.has(file)) this.#read(file);
    this.#onChange();
  }

  /**
   * Waits until the files of the last `setFiles` are read. A file that can't be read is left out.
   * @returns {Promise<Map<File, string>>}
   */
  async all() {
    for (;;) {
      const readings = [...this.#readings];
      const settled = await Promise.allSettled(readings.map(([, { hash }]) => hash));
      const isLatest =
        readings.length === this.#readings.size &&
        readings.every(([file, reading]) => this.#readings.get(file) === reading);
      if (!isLatest) continue;
      /** @type {Map<File, string>} */
      const hashes = new Map();
      settled.forEach((result, index) => {
        if (result.status === "fulfilled") hashes.set(readings[index][0], result.value);
      });
      return hashes;
    }
  }

  /** How much is read, in percent; null when nothing is left to read. */
  get percent() {
    const readings = [...this.#readings];
    const size = readings.reduce((sum, [file]) => sum + file.size, 0);
    const read = readings.reduce((sum, [, reading]) => sum + reading.read, 0);
    return read === size ? null : Math.floor((100 * read) / size);
  }

  /** @param {File} file */
  #read(file) {
    const abortion = new AbortController();
    /** @type {Reading} */
    const reading = { read: 0, abortion, hash: Promise.resolve("") };
    reading.hash = this.#sha256(file, {
      makeWorker: this.#makeWorker,
      signal: abortion.signal,
      onProgress: (read) => {
        reading.read = read;
        this.#onChange();
      },
    });
    this.#readings.set(file, reading);
    reading.hash.catch(() => {
      if (this.#readings.get(file) !== reading) return;
      this.#readings.delete(file);
      this.#onFailure(file);
    });
  }
}
