// Repeats a request while something else takes long. Knows nothing of what the request says.

/** Milliseconds between the end of one request and the next. */
const INTERVAL = 5_000;

/**
 * Repeats a request until the returned function is called.
 * @param {import("../../lib/clock.js").Clock} clock
 * @param {() => Promise<void>} request
 * @returns {() => void} stops the repetition
 */
export function keepAlive(clock, request) {
  let cancelTimer = () => {};
  let isOver = false;
  const next = () => {
    if (isOver) return;
    cancelTimer = clock.after(INTERVAL, () => request().then(next));
  };
  next();
  return () => {
    isOver = true;
    cancelTimer();
  };
}
