// How fast files are sent, and how long the rest takes. Knows nothing of the page.

/**
 * Milliseconds that the speed is measured over: long enough to be steady, short enough to be
 * current.
 */
const WINDOW = 10_000;
/** The least milliseconds between the first and the last measurement that give a speed. */
const SHORTEST = 1_000;

/** The speed of the last seconds. */
export class Speed {
  /** @type {{at: number, bytes: number}[]} oldest first */
  #measured = [];

  /**
   * Adds a measurement.
   * @param {number} at milliseconds
   * @param {number} bytes sent so far
   */
  add(at, bytes) {
    const last = this.#measured.at(-1);
    // If there are fewer bytes than before, a file is sent again from its start. Then the older
    // measurements are useless.
    if (last && bytes < last.bytes) this.#measured = [];
    this.#measured.push({ at, bytes });
    while (this.#measured[0].at < at - WINDOW) this.#measured.shift();
  }

  /**
   * The seconds that a number of bytes will take; null while the speed is not known.
   * @param {number} bytes
   */
  secondsFor(bytes) {
    const [first, last] = [this.#measured[0], this.#measured.at(-1)];
    if (!first || !last || last.at - first.at < SHORTEST || last.bytes === first.bytes) return null;
    return (bytes * (last.at - first.at)) / (last.bytes - first.bytes) / 1000;
  }
}
