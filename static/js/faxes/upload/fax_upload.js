// Uploads the files of one fax from the browser. The portal decides which file goes where. The
// uploader asks for targets, transfers the files, and asks again, until the fax certainly needs no
// file of the uploader any more.
//
// Knows nothing of the page. The API, PUT, clock and random numbers are handed in.

import { isMissing, mayBeNeeded } from "./document_states.js";
import { FileTransfer } from "./file_upload.js";
import { ConnectionClosed, PortalConnection } from "./portal_connection.js";
import { StorageFailures } from "./storage_failures.js";

/** Milliseconds until the next question, if the portal names no time. */
const ASK_AGAIN_AFTER = 2_000;

/**
 * @typedef {import("./upload_api.js").Document} Document
 * @typedef {import("./upload_api.js").UploadStatus} UploadStatus
 * @typedef {import("./storage_failures.js").RelayReason} RelayReason
 * @typedef {import("./file_upload.js").FileProblem} FileProblem
 */

/** Uploads the files of one fax. `upload` may be called again with more files. */
export class Uploader {
  /**
   * @type {UploadStatus | null} the portal's last answer, without its targets, which are used at
   *   once
   */
  status = null;
  /** @type {Map<number, FileTransfer>} by the document's id */
  transfers = new Map();

  /** @type {Map<string, File>} by SHA-256 */
  #files = new Map();
  /** @type {Map<number, StorageFailures>} by the document's id */
  #failures = new Map();
  /** Whether the uploads have shown that this browser can't reach storage. */
  #isBlocked = false;
  /** @type {Promise<void> | null} */
  #running = null;
  /** Whether something has happened since the loop last asked the portal. */
  #hasNews = false;
  #wakeLoop = () => {};
  #connection;
  #parts;
  #clock;
  #onChange;
  #onFileProblem;

  /**
   * @param {object} parts
   * @param {import("./file_upload.js").Api} parts.api
   * @param {typeof import("./put_to_storage.js").putToStorage} parts.put
   * @param {import("../../lib/clock.js").Clock} parts.clock
   * @param {() => number} [parts.random]
   * @param {() => void} [parts.onChange] called after each change that the page shows
   * @param {(problem: FileProblem) => void} [parts.onFileProblem]
   */
  constructor({
    api,
    put,
    clock,
    random = Math.random,
    onChange = () => {},
    onFileProblem = () => {},
  }) {
    this.#connection = new PortalConnection(clock, random, onChange);
    this.#clock = clock;
    this.#onChange = onChange;
    this.#onFileProblem = onFileProblem;
    /** @type {import("./file_upload.js").TransferParts} */
    this.#parts = {
      api,
      connection: this.#connection,
      put,
      clock,
      random,
      onProgress: onChange,
      onStatus: (status) => this.#setStatus(status),
      onUseless: (document, kind, sentence) => this.#drop(document, kind, sentence),
    };
  }

  /** Why the portal doesn't answer; null while it answers. */
  get trouble() {
    return this.#connection.trouble;
  }

  /** Whether the uploader was stopped for good. */
  get isStopped() {
    return this.#connection.isClosed;
  }

  /** Whether leaving the page now would interrupt an upload. */
  get isUploading() {
    return this.#running !== null && !this.isStopped;
  }

  /**
   * Whether the uploader has a document's file.
   * @param {Pick<Document, "sha256">} document
   */
  hasFile({ sha256 }) {
    return this.#files.has(sha256);
  }

  /**
   * Takes files, and uploads until the fax certainly needs none of them any more.
   * @param {Map<string, File>} files by SHA-256
   * @param {UploadStatus | null} [status] a status with targets, if there is one already
   * @returns {Promise<void>} when nothing is left to do
   */
  upload(files, status = null) {
    for (const [sha256, file] of files) this.#files.set(sha256, file);
    if (this.#running) this.retryNow();
    else this.#running = this.#loop(status).finally(() => this.#rest());
    return this.#running;
  }

  /** Asks the portal now, for example when the network is back. */
  retryNow() {
    this.#connection.retryNow();
    this.#notifyLoop();
  }

  /**
   * Stops for good.
   * @returns {Promise<void>} when the portal has a report of each PUT that was aborted, or does not
   *   answer
   */
  async stop() {
    this.#connection.close();
    this.#abortTransfers();
    this.#notifyLoop();
    await this.#running;
  }

  #abortTransfers() {
    for (const transfer of this.transfers.values()) transfer.abort();
  }

  #rest() {
    this.#running = null;
    this.#files.clear();
    this.#failures.clear();
    this.#onChange();
  }

  /** @param {UploadStatus | null} status */
  async #loop(status) {
    try {
      while (!this.isStopped) {
        this.#hasNews = false;
        status ??= await this.#connection.ask(() => this.#parts.api.fetchTargets());
        this.#setStatus(status);
        if (status.state === "over") break;
        const untilNext = this.#startTransfers(status);
        if (this.transfers.size === 0 && !this.#hasFileThatMayBeNeeded(status)) break;
        await this.#newsOr(untilNext);
        status = null;
      }
    } catch (problem) {
      if (!(problem instanceof ConnectionClosed)) throw problem;
    }
    this.#abortTransfers();
    await Promise.all([...this.transfers.values()].map(({ over }) => over));
  }

  /** @param {UploadStatus} status */
  #hasFileThatMayBeNeeded({ documents }) {
    return documents.some((document) => mayBeNeeded(document) && this.hasFile(document));
  }

  /**
   * Starts the transfer of every file that the portal allows to go now.
   * @param {UploadStatus} status
   * @returns {number} milliseconds after which to ask again, even if nothing happens
   */
  #startTransfers({ state, seconds, documents }) {
    if (state === "wait") return (seconds ?? 0) * 1000 || ASK_AGAIN_AFTER;
    const isRelayed = state === "files_wanted";
    let soonest = Infinity;
    for (const document of documents) {
      const file = this.#files.get(document.sha256);
      const mayGo = isRelayed ? isMissing(document) : document.target;
      if (!file || !mayGo || this.transfers.has(document.id)) continue;
      const pause = this.#failuresOf(document).notBefore - this.#clock.now();
      if (pause > 0) soonest = Math.min(soonest, pause);
      else this.#startTransfer(document, file, isRelayed ? "asked" : null);
    }
    return this.transfers.size === 0 ? Math.min(soonest, ASK_AGAIN_AFTER) : soonest;
  }

  /** @param {Document} document @param {File} file @param {RelayReason | null} relayReason */
  #startTransfer(document, file, relayReason) {
    const failures = this.#failuresOf(document);
    this.#isBlocked ||= failures.relayReason === "blocked";
    relayReason ??= this.#isBlocked ? "blocked" : failures.relayReason;
    const transfer = new FileTransfer(document, file, failures, this.#parts);
    this.transfers.set(document.id, transfer);
    transfer.over = transfer.run(relayReason).finally(() => {
      this.transfers.delete(document.id);
      this.#onChange();
      this.#notifyLoop();
    });
    this.#onChange();
  }

  /** @param {Document} document @param {FileProblem["kind"]} kind @param {string} sentence */
  #drop(document, kind, sentence) {
    this.#files.delete(document.sha256);
    this.#onFileProblem({ kind, name: document.name, sentence });
  }

  /** @param {Document} document */
  #failuresOf({ id }) {
    const failures = this.#failures.get(id) ?? new StorageFailures();
    this.#failures.set(id, failures);
    return failures;
  }

  /** @param {UploadStatus} status */
  #setStatus(status) {
    const documents = status.documents.map(({ target: _, ...rest }) => rest);
    this.status = { ...status, documents };
    this.#onChange();
  }

  /**
   * Waits until something happens, or the time is over.
   * @param {number} milliseconds
   */
  async #newsOr(milliseconds) {
    if (this.#hasNews) return;
    await new Promise((/** @type {(_: void) => void} */ resolve) => {
      const cancelTimer = this.#clock.after(milliseconds, resolve);
      this.#wakeLoop = () => {
        cancelTimer();
        resolve();
      };
    });
  }

  #notifyLoop() {
    this.#hasNews = true;
    this.#wakeLoop();
  }
}
