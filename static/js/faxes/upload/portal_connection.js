// The line to the portal: what is asked over it is asked until it is answered.

import { pause } from "./backoff.js";
import { Away, Gone, SignedOut } from "./upload_api.js";

/** Thrown through what is under way when everything is given up. */
export class Ended extends Error {}

export class Line {
  /** @type {"away" | "signed_out" | "gone" | null} why the portal doesn't answer */
  trouble = null;
  /** Whether nothing more is to be asked. */
  isOver = false;
  /** @type {Set<() => void>} what ends each pause */
  #pauses = new Set();
  #clock;
  #random;
  #changed;

  /**
   * @param {import("../../lib/upload_request.js").Clock} clock
   * @param {() => number} random
   * @param {() => void} changed called when the trouble is another
   */
  constructor(clock, random, changed) {
    this.#clock = clock;
    this.#random = random;
    this.#changed = changed;
  }

  /**
   * Asks until the portal answers; throws Ended once it is over. What the portal is owed is said
   * once more even then.
   * @template T
   * @param {() => Promise<T>} question
   * @param {{isOwed?: boolean}} [how]
   * @returns {Promise<T>}
   */
  async ask(question, { isOwed = false } = {}) {
    for (let failures = 1; isOwed || !this.isOver; failures += 1) {
      const answered = await this.askOnce(question);
      if (answered) return answered.answer;
      if (this.isOver) break;
      await this.#pause(pause(failures, this.#random));
    }
    throw new Ended();
  }

  /**
   * @template T
   * @param {() => Promise<T>} question
   * @returns {Promise<{answer: T} | null>} null: the portal did not answer
   */
  async askOnce(question) {
    try {
      const answer = await question();
      this.#meet(null);
      return { answer };
    } catch (problem) {
      this.#meet(troubleOf(problem));
      return null;
    }
  }

  /** Ends every pause: the network is back, say. */
  nudge() {
    for (const end of [...this.#pauses]) end();
  }

  end() {
    this.isOver = true;
    this.nudge();
  }

  /** @param {Line["trouble"]} trouble */
  #meet(trouble) {
    if (trouble === "gone") this.end();
    if (this.trouble === trouble) return;
    this.trouble = trouble;
    this.#changed();
  }

  /** @param {number} milliseconds */
  #pause(milliseconds) {
    return new Promise((/** @type {(_: void) => void} */ resolve) => {
      const end = () => {
        forget();
        this.#pauses.delete(end);
        resolve();
      };
      const forget = this.#clock.after(milliseconds, end);
      this.#pauses.add(end);
    });
  }
}

/** @param {unknown} problem */
function troubleOf(problem) {
  if (problem instanceof Away) return "away";
  if (problem instanceof SignedOut) return "signed_out";
  if (problem instanceof Gone) return "gone";
  throw problem;
}
