// What one document's failures mean: when to try again, and when the portal has to carry it.

import { pause } from "./backoff.js";

/** Failures that look as if nothing can get from this browser to storage at all. */
const BLOCKED_AFTER = 2;
/** Failures of any kind. */
const FAILED_AFTER = 5;

/** @typedef {import("../../lib/upload_request.js").Answer} Answer */

export class Failures {
  /** Milliseconds by the clock: not to be tried before. */
  notBefore = 0;
  #all = 0;
  #blocked = 0;
  #hasMoved = false;

  /**
   * One more.
   * @param {Answer} answer
   * @param {number} now milliseconds
   * @param {() => number} random
   */
  add(answer, now, random) {
    this.#all += 1;
    this.#hasMoved ||= answer.sent > 0;
    // Refused preflight, mixed content, a wall: no answer that can be read, and not a byte left.
    this.#blocked = answer.wasSent && answer.status === 0 && !this.#hasMoved ? this.#blocked + 1 : 0;
    this.notBefore = now + pause(this.#all, random);
  }

  /** @returns {"blocked" | "failed" | null} why the portal has to carry it; null: no need yet */
  get wayBack() {
    if (this.#blocked >= BLOCKED_AFTER) return "blocked";
    return this.#all >= FAILED_AFTER ? "failed" : null;
  }
}
