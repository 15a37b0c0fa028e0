// Saves what a person types, a moment after it was typed. Knows nothing of the page.

/** Milliseconds from the last change to its save. */
const AFTER_CHANGE = 1_000;
/**
 * Milliseconds from a failed save to the next attempt. The time doubles after each failure, up to a
 * limit.
 */
const RETRY_AFTER = 10_000;
const RETRY_LIMIT = 300_000;

/**
 * @typedef {"saved" | "conflict" | "lost" | "signed out" | "refused"} Outcome
 *   conflict: the draft was changed elsewhere, or sent. refused: another attempt would fail, too.
 *
 * @typedef {object} Parts
 * @property {() => string} read what is typed now
 * @property {(typed: string, options: {isLeaving: boolean}) => Promise<Outcome>} send
 * @property {import("../../lib/clock.js").Clock} clock
 */

/** Saves one form. Only one save runs at a time, so that an older save never arrives last. */
export class Autosave {
  #read;
  #send;
  #clock;
  /** @type {string | null} what the portal has; null if that is not known */
  #saved = null;
  /** @type {Promise<void> | null} */
  #running = null;
  #isPaused = true;
  #retryAfter = RETRY_AFTER;
  #cancelTimer = () => {};

  /** @param {Parts} parts */
  constructor({ read, send, clock }) {
    this.#read = read;
    this.#send = send;
    this.#clock = clock;
  }

  /**
   * Begins with a new form. `isKnown` is false if texts were typed before this script ran, so that
   * the portal does not have them. Then they are saved in a moment.
   */
  begin({ isKnown = true } = {}) {
    this.#cancelTimer();
    this.#saved = isKnown ? this.#read() : null;
    this.#isPaused = false;
    if (!isKnown) this.changed();
  }

  /** Stops saving: the form is being sent, or the person has to decide between two texts. */
  pause() {
    this.#cancelTimer();
    this.#isPaused = true;
  }

  /** Ends a pause, and saves everything. */
  resume() {
    this.#isPaused = false;
    this.#saved = null;
    return this.saveNow();
  }

  /** Saves in a moment, if the person has typed something. */
  changed() {
    this.#saveIn(AFTER_CHANGE);
  }

  /**
   * Saves what is not saved yet.
   * @param {{isLeaving?: boolean}} [options] isLeaving: whether the page may be about to close
   * @returns {Promise<void>} when no save runs any more
   */
  async saveNow({ isLeaving = false } = {}) {
    this.#cancelTimer();
    if (this.#running && !isLeaving) await this.#running;
    if (this.#isPaused) return;
    const typed = this.#read();
    if (typed === this.#saved) return;
    this.#running = this.#save(typed, isLeaving);
    await this.#running;
  }

  /**
   * @param {string} typed
   * @param {boolean} isLeaving
   */
  async #save(typed, isLeaving) {
    const outcome = await this.#send(typed, { isLeaving });
    this.#running = null;
    if (outcome === "saved") this.#saved = typed;
    if (outcome === "conflict") this.pause();
    if (outcome !== "lost" && outcome !== "signed out") this.#retryAfter = RETRY_AFTER;
    else {
      this.#saveIn(this.#retryAfter);
      this.#retryAfter = Math.min(2 * this.#retryAfter, RETRY_LIMIT);
    }
  }

  /** @param {number} milliseconds */
  #saveIn(milliseconds) {
    this.#cancelTimer();
    if (this.#isPaused) return;
    this.#cancelTimer = this.#clock.after(milliseconds, () => void this.saveNow());
  }
}
