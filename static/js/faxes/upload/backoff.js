// How long to wait before the next attempt. Knows nothing of what is attempted.

/** Milliseconds: the first pause, and the longest. */
const FIRST = 1_000;
const LONGEST = 30_000;

/**
 * The pause after a number of failures: 1, 2, 4, 8 … 30 seconds, shortened at random by up to a
 * half. So the browsers of an office don't all try again at the same time.
 * @param {number} failures 1 or more
 * @param {() => number} random from 0 to 1
 * @returns {number} milliseconds
 */
export function backoff(failures, random) {
  return Math.min(FIRST * 2 ** (failures - 1), LONGEST) * (1 - random() / 2);
}
