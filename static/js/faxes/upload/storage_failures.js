// What the failed PUTs of one document mean: when to try again, and when the portal has to relay
// the file.

import { backoff } from "./backoff.js";

/** The file is relayed after this many failures in a row that look as if storage is blocked. */
const BLOCKED_AFTER = 2;
/** The file is relayed after this many failures of any kind. */
const FAILED_AFTER = 5;

/**
 * @typedef {import("../../lib/upload_request.js").Answer} Answer
 * @typedef {"blocked" | "failed" | "asked"} RelayReason why the portal relays a file: this browser
 *   can't reach storage, too many PUTs failed, or the portal asked for the file
 */

/** The failed PUTs of one document. */
export class StorageFailures {
  /** No attempt starts before this time of the clock, in milliseconds. */
  notBefore = 0;
  #all = 0;
  #blocked = 0;
  #hasMoved = false;

  /**
   * Counts one more failure.
   * @param {Pick<Answer, "wasSent" | "status" | "sent">} answer
   * @param {number} now milliseconds
   * @param {() => number} random
   */
  add(answer, now, random) {
    this.#all += 1;
    this.#hasMoved ||= answer.sent > 0;
    // No readable answer, and no byte was sent: a preflight was refused, the page may not use plain
    // http, or a firewall is in the way.
    const looksBlocked = answer.wasSent && answer.status === 0 && !this.#hasMoved;
    this.#blocked = looksBlocked ? this.#blocked + 1 : 0;
    this.notBefore = now + backoff(this.#all, random);
  }

  /** Forgets all failures: a PUT succeeded. */
  clear() {
    this.notBefore = 0;
    this.#all = 0;
    this.#blocked = 0;
    this.#hasMoved = false;
  }

  /** @returns {RelayReason | null} why the portal has to relay the file; null while it need not */
  get relayReason() {
    if (this.#blocked >= BLOCKED_AFTER) return "blocked";
    return this.#all >= FAILED_AFTER ? "failed" : null;
  }
}
