// The connection to the portal: repeats a question until the portal answers, and knows why the
// portal does not answer.

import { backoff } from "./backoff.js";
import { AccessLost, PortalAway, SignedOut } from "./upload_api.js";

/** The connection is closed, so a question gets no answer. */
export class ConnectionClosed extends Error {}

/** The connection through which one upload asks the portal. */
export class PortalConnection {
  /** @type {"away" | "signed_out" | "gone" | null} why the portal doesn't answer */
  trouble = null;
  /** Whether the connection is closed. If so, `ask` throws. */
  isClosed = false;
  /** @type {Set<() => void>} functions that end the pauses between two attempts */
  #pauses = new Set();
  #clock;
  #random;
  #onTrouble;

  /**
   * @param {import("../../lib/clock.js").Clock} clock
   * @param {() => number} random
   * @param {() => void} onTrouble called when `trouble` changes
   */
  constructor(clock, random, onTrouble) {
    this.#clock = clock;
    this.#random = random;
    this.#onTrouble = onTrouble;
  }

  /**
   * Asks until the portal answers. Throws ConnectionClosed once the connection is closed. With
   * `atLeastOnce`, the question is asked once even if the connection is closed.
   * @template T
   * @param {() => Promise<T>} question
   * @param {{atLeastOnce?: boolean}} [options]
   * @returns {Promise<T>}
   */
  async ask(question, { atLeastOnce = false } = {}) {
    for (let failures = 1; atLeastOnce || !this.isClosed; failures += 1) {
      const answered = await this.askOnce(question);
      if (answered) return answered.answer;
      if (this.isClosed) break;
      await this.#pause(backoff(failures, this.#random));
    }
    throw new ConnectionClosed();
  }

  /**
   * Asks once. `trouble` then says whether the portal answered.
   * @template T
   * @param {() => Promise<T>} question
   * @returns {Promise<{answer: T} | null>} null: the portal did not answer
   */
  async askOnce(question) {
    try {
      const answer = await question();
      this.#setTrouble(null);
      return { answer };
    } catch (problem) {
      this.#setTrouble(troubleOf(problem));
      return null;
    }
  }

  /** Ends every pause, for example when the network is back. */
  retryNow() {
    for (const end of [...this.#pauses]) end();
  }

  /** Ends every pause. From now on `ask` throws. */
  close() {
    this.isClosed = true;
    this.retryNow();
  }

  /** @param {PortalConnection["trouble"]} trouble */
  #setTrouble(trouble) {
    if (trouble === "gone") this.close();
    if (this.trouble === trouble) return;
    this.trouble = trouble;
    this.#onTrouble();
  }

  /** @param {number} milliseconds */
  #pause(milliseconds) {
    return new Promise((/** @type {(_: void) => void} */ resolve) => {
      const end = () => {
        cancelTimer();
        this.#pauses.delete(end);
        resolve();
      };
      const cancelTimer = this.#clock.after(milliseconds, end);
      this.#pauses.add(end);
    });
  }
}

/** @param {unknown} problem */
function troubleOf(problem) {
  if (problem instanceof PortalAway) return "away";
  if (problem instanceof SignedOut) return "signed_out";
  if (problem instanceof AccessLost) return "gone";
  throw problem;
}
