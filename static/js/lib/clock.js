// The clock. Everything that waits gets a clock handed in, so that a test can hand in its own.

/**
 * @typedef {object} Clock
 * @property {() => number} now milliseconds
 * @property {(milliseconds: number, call: () => void) => () => void} after calls later; Infinity is
 *   never. Returns a function that cancels the call.
 */

/**
 * The browser's own clock.
 * @type {Clock}
 */
export const realClock = {
  now: () => performance.now(),
  after(milliseconds, call) {
    if (milliseconds === Infinity) return () => {};
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};
