// The transfer of one file: a PUT to storage between the start and the end of an attempt, or a
// request to the portal, which relays the file. Knows nothing of the page.

import { keepAlive } from "./keep_alive.js";
import { ConnectionClosed } from "./portal_connection.js";
import { isStored } from "./put_to_storage.js";

/** Milliseconds until the next attempt, if the portal allows no attempt now. */
const RETRY_AFTER = 2_000;

/**
 * @typedef {import("./upload_api.js").Document} Document
 * @typedef {import("./upload_api.js").UploadStatus} UploadStatus
 * @typedef {import("./storage_failures.js").RelayReason} RelayReason
 * @typedef {Pick<import("./upload_api.js").UploadApi, keyof import("./upload_api.js").UploadApi>}
 *   Api
 *
 * @typedef {object} FileProblem A problem with one file, about which the person reads.
 * @property {"unreadable" | "refused"} kind
 * @property {string} name
 * @property {string} sentence of the portal, or empty
 *
 * @typedef {object} TransferParts The parts that all transfers of a fax share.
 * @property {Api} api
 * @property {import("./portal_connection.js").PortalConnection} connection
 * @property {typeof import("./put_to_storage.js").putToStorage} put
 * @property {import("../../lib/clock.js").Clock} clock
 * @property {() => number} random
 * @property {() => void} onProgress
 * @property {(status: UploadStatus) => void} onStatus called with each status that the portal
 *   answers
 * @property {(document: Document, kind: FileProblem["kind"], sentence: string) => void} onUseless
 *   called when the file can't be sent at all
 */

/** The transfer of one file to storage or to the portal. */
export class FileTransfer {
  /** Bytes sent so far. */
  sent = 0;
  /** Settles when the transfer is over. */
  over = Promise.resolve();
  #abortion = new AbortController();
  #document;
  #file;
  #failures;
  #parts;

  /**
   * @param {Document} document
   * @param {File} file
   * @param {import("./storage_failures.js").StorageFailures} failures of this document so far
   * @param {TransferParts} parts
   */
  constructor(document, file, failures, parts) {
    this.#document = document;
    this.#file = file;
    this.#failures = failures;
    this.#parts = parts;
  }

  /** Aborts the transfer. */
  abort() {
    this.#abortion.abort();
  }

  /**
   * Transfers the file. Failures of storage go to `failures`. A useless file goes to `onUseless`.
   * @param {RelayReason | null} relayReason null: the file goes straight to storage
   * @returns {Promise<void>} when the transfer is over, also when it failed
   */
  async run(relayReason) {
    try {
      if (!(await canRead(this.#file))) this.#parts.onUseless(this.#document, "unreadable", "");
      else if (relayReason) await this.#relay(relayReason);
      else await this.#sendToStorage();
    } catch (problem) {
      if (!(problem instanceof ConnectionClosed)) throw problem;
    }
  }

  async #sendToStorage() {
    const { api, connection, put, clock } = this.#parts;
    const { target } = this.#document;
    if (!target) throw new Error("A file goes to storage only where the portal gave a target.");
    const attempt = await connection.ask(() => api.startAttempt(this.#document));
    if (attempt === null) {
      this.#failures.notBefore = clock.now() + RETRY_AFTER;
      return;
    }
    const stopKeepingAlive = keepAlive(clock, async () => {
      const heard = await connection.askOnce(() => api.keepAlive(attempt, this.sent));
      if (heard?.answer === false) this.abort();
    });
    const answer = await put(target, this.#file, this.#options());
    stopKeepingAlive();
    await this.#report(attempt, answer);
  }

  /**
   * @param {number} attempt
   * @param {import("../../lib/upload_request.js").Answer} answer of storage
   */
  async #report(attempt, answer) {
    const { api, connection, clock, random, onStatus } = this.#parts;
    let reports = 0;
    const report = () => {
      reports += 1;
      return api.endAttempt(attempt, answer);
    };
    onStatus(await connection.ask(report, { atLeastOnce: true }));
    if (isStored(answer)) this.#failures.clear();
    // If the portal did not answer either, the network was down, and the failure says nothing about
    // storage.
    else if (reports === 1) this.#failures.add(answer, clock.now(), random);
  }

  /** @param {RelayReason} reason */
  async #relay(reason) {
    const { api, connection, onStatus, onUseless } = this.#parts;
    const { status, refusal } = await connection.ask(() => {
      this.sent = 0;
      return api.relay(this.#document.id, this.#file, reason, this.#options());
    });
    if (status) onStatus(status);
    else onUseless(this.#document, "refused", refusal);
  }

  #options() {
    return {
      clock: this.#parts.clock,
      signal: this.#abortion.signal,
      onProgress: (/** @type {number} */ sent) => {
        this.sent = sent;
        this.#parts.onProgress();
      },
    };
  }
}

/**
 * Whether a file can be read. A browser can't read a file that was changed or removed since the
 * person chose it. The PUT of such a file would fail as if the network did not work.
 * @param {File} file
 */
async function canRead(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
