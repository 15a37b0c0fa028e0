// Uploads the form's files to the portal, a few at a time, as soon as the person has added them.
// Knows nothing of the page.

import { percent } from "../../lib/percent.js";
import { fileOf } from "./document_list.js";

/** How many files are uploaded at a time, so that a small file does not wait for a large file. */
const AT_A_TIME = 2;

/**
 * @typedef {import("./document_list.js").Entry} Entry
 * @typedef {import("./documents_api.js").Outcome} Outcome
 *
 * @typedef {object} Parts
 * @property {import("./document_list.js").DocumentList} list
 * @property {import("./documents_api.js").DocumentsApi["attach"]} attach
 * @property {(outcome?: Outcome) => void} onChange called when there is something to draw, and with
 *   the outcome of each upload
 */

/** Uploads the waiting files of a list. */
export class UploadQueue {
  #list;
  #attach;
  #onChange;
  /** @type {Map<Entry, AbortController>} */
  #running = new Map();
  /** @type {(() => void)[]} */
  #waitingForIdle = [];

  /** @param {Parts} parts */
  constructor({ list, attach, onChange }) {
    this.#list = list;
    this.#attach = attach;
    this.#onChange = onChange;
  }

  /** Starts as many waiting uploads as may run at a time. */
  start() {
    for (const entry of this.#list.withState("waiting")) {
      if (this.#running.size >= AT_A_TIME) break;
      if (!this.#running.has(entry)) void this.#upload(entry);
    }
    this.#resolveIfIdle();
  }

  /** Starts those failed uploads again that may succeed in another attempt. */
  retry() {
    for (const entry of this.#list.withState("lost", "signed out")) entry.state = "waiting";
    this.start();
  }

  /**
   * Removes a file, whether its upload runs or not.
   * @param {Entry} entry
   */
  remove(entry) {
    this.#running.get(entry)?.abort();
    this.#list.remove(entry);
    this.#onChange();
  }

  /** Whether no upload runs. */
  get isIdle() {
    return this.#running.size === 0;
  }

  /** @returns {Promise<void>} once no upload runs */
  idle() {
    return new Promise((resolve) => {
      this.#waitingForIdle.push(resolve);
      this.#resolveIfIdle();
    });
  }

  /** How much of the running and waiting uploads is sent, in percent. */
  get percent() {
    const all = [...this.#running.keys(), ...this.#list.withState("waiting")];
    const size = all.reduce((sum, { file }) => sum + (file?.size ?? 0), 0);
    const sent = all.reduce((sum, entry) => sum + Math.min(entry.sent, entry.file?.size ?? 0), 0);
    return percent(sent, size);
  }

  /** @param {Entry} entry */
  async #upload(entry) {
    const abortion = new AbortController();
    this.#running.set(entry, abortion);
    Object.assign(entry, { state: "travelling", sent: 0, sentence: "" });
    this.#onChange();
    const onProgress = (/** @type {number} */ sent) => {
      entry.sent = sent;
      this.#onChange();
    };
    const options = { onProgress, signal: abortion.signal };
    const outcome = await this.#attach(fileOf(entry), entry.replaces, options);
    this.#running.delete(entry);
    if (!abortion.signal.aborted) {
      const { state, document, sentence = "" } = outcome;
      if (document !== undefined) this.#list.markHeld(entry, document);
      else Object.assign(entry, { state, sentence });
    }
    this.#onChange(outcome);
    this.start();
  }

  #resolveIfIdle() {
    if (!this.isIdle) return;
    for (const resolve of this.#waitingForIdle.splice(0)) resolve();
  }
}
