// Saving what is typed, a moment after it was typed. Knows nothing of the page.

/**
 * Milliseconds after the last change, and after a save that did not get through: twice as long after
 * each of them, up to an end.
 */
const SOON = 1_000;
const AGAIN = 10_000;
const AGAIN_AT_LAST = 300_000;

/**
 * @typedef {"saved" | "conflict" | "lost" | "signed out" | "refused"} Outcome
 *   conflict: the draft was changed elsewhere, or sent; refused: it is of no use to try again.
 *
 * @typedef {object} Parts
 * @property {() => string} read what is typed now
 * @property {(typed: string, how: {isLeaving: boolean}) => Promise<Outcome>} send
 * @property {import("../../lib/upload_request.js").Clock} clock
 */

/** Saves one form. One save at a time, so that an older one never comes after a newer one. */
export class Saver {
  #read;
  #send;
  #clock;
  /** @type {string | null} what the portal has: null until a form stands there */
  #saved = null;
  /** @type {Promise<void> | null} */
  #underWay = null;
  #isHeld = true;
  #again = AGAIN;
  #forget = () => {};

  /** @param {Parts} parts */
  constructor({ read, send, clock }) {
    this.#read = read;
    this.#send = send;
    this.#clock = clock;
  }

  /**
   * A form stands there. Either the portal knows what is in it, or that was typed before this was
   * here, and is saved in a moment.
   */
  begin({ isKnown = true } = {}) {
    this.#forget();
    this.#saved = isKnown ? this.#read() : null;
    this.#isHeld = false;
    if (!isKnown) this.changed();
  }

  /** No more saves: the form is being sent, or a person is asked which one counts. */
  hold() {
    this.#forget();
    this.#isHeld = true;
  }

  /** Goes on, as if nothing were saved yet. */
  goOn() {
    this.#isHeld = false;
    this.#saved = null;
    return this.now();
  }

  /** Something may have been typed: it is saved in a moment. */
  changed() {
    this.#in(SOON);
  }

  /**
   * Saves what is not saved, now. The page may be about to go: `isLeaving` then.
   * @returns {Promise<void>} when nothing is under way any more
   */
  async now({ isLeaving = false } = {}) {
    this.#forget();
    if (this.#underWay && !isLeaving) await this.#underWay;
    if (this.#isHeld) return;
    const typed = this.#read();
    if (typed === this.#saved) return;
    this.#underWay = this.#save(typed, isLeaving);
    await this.#underWay;
  }

  /**
   * @param {string} typed
   * @param {boolean} isLeaving
   */
  async #save(typed, isLeaving) {
    const outcome = await this.#send(typed, { isLeaving });
    this.#underWay = null;
    if (outcome === "saved") this.#saved = typed;
    if (outcome === "conflict") this.hold();
    if (outcome !== "lost" && outcome !== "signed out") this.#again = AGAIN;
    else {
      this.#in(this.#again);
      this.#again = Math.min(2 * this.#again, AGAIN_AT_LAST);
    }
  }

  /** @param {number} milliseconds */
  #in(milliseconds) {
    this.#forget();
    if (!this.#isHeld) this.#forget = this.#clock.after(milliseconds, () => void this.now());
  }
}
