// How long to wait before trying again. Knows nothing of what is tried.

/** Milliseconds: the first pause, and the longest. */
const FIRST = 1_000;
const LONGEST = 30_000;

/**
 * The pause after so many failures: about 1, 2, 4, 8 … 30 seconds, each shortened by up to a half at
 * random, so that the pages of an office don't all come back at once.
 * @param {number} failures 1 or more
 * @param {() => number} random from 0 to 1
 * @returns {number} milliseconds
 */
export function pause(failures, random) {
  return Math.min(FIRST * 2 ** (failures - 1), LONGEST) * (1 - random() / 2);
}
