// Signs of life while something takes long. Knows nothing of what.

/** Milliseconds between the end of one and the next. */
const APART = 5_000;

/**
 * @param {import("../../lib/upload_request.js").Clock} clock
 * @param {() => Promise<void>} beat
 * @returns {() => void} ends it
 */
export function heartbeat(clock, beat) {
  let forget = () => {};
  let isOver = false;
  const again = () => {
    if (isOver) return;
    forget = clock.after(APART, () => beat().then(again));
  };
  again();
  return () => {
    isOver = true;
    forget();
  };
}
