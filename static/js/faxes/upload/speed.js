// How far files have come, and how long the rest takes. Knows nothing of the page.

/** Milliseconds that the speed is measured over: long enough to be calm, short enough to be true. */
const WINDOW = 10_000;
/** Milliseconds before which a speed says nothing. */
const ENOUGH = 1_000;

/**
 * Whole percent, 100 only when all of it is there.
 * @param {number} bytes
 * @param {number} size
 */
export function percent(bytes, size) {
  return size === 0 ? 100 : Math.min(100, Math.floor((100 * bytes) / size));
}

/** The speed of the last seconds. */
export class Speed {
  /** @type {{at: number, bytes: number}[]} oldest first */
  #seen = [];

  /**
   * @param {number} at milliseconds
   * @param {number} bytes that have left so far
   */
  saw(at, bytes) {
    const last = this.#seen.at(-1);
    // Fewer than before: a file starts anew. What was measured until then counts no more.
    if (last && bytes < last.bytes) this.#seen = [];
    this.#seen.push({ at, bytes });
    while (this.#seen[0].at < at - WINDOW) this.#seen.shift();
  }

  /**
   * Seconds that so many bytes still take; null while nobody can tell.
   * @param {number} bytes
   */
  secondsFor(bytes) {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    if (!first || !last || last.at - first.at < ENOUGH || last.bytes === first.bytes) return null;
    return (bytes * (last.at - first.at)) / (last.bytes - first.bytes) / 1000;
  }
}

/**
 * A time as people say it: "12 seconds", "3 minutes", "2 hours".
 * @param {number} seconds
 * @param {string} language
 */
export function readableTime(seconds, language) {
  const [amount, unit] =
    seconds < 60 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit,
    unitDisplay: "long",
    maximumFractionDigits: 0,
  }).format(Math.max(1, Math.ceil(amount)));
}
