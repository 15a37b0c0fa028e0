// Files on their way to the portal, a few at once, each as soon as it is there. Knows nothing of the
// page.

/** How many travel at once: one that is large does not hold up one that is small. */
const AT_ONCE = 2;

/**
 * @typedef {import("./document_list.js").Entry} Entry
 * @typedef {import("./documents_api.js").Outcome} Outcome
 * @typedef {import("../../lib/upload_request.js").Watch} Watch
 *
 * @typedef {object} Parts
 * @property {import("./document_list.js").Entries} entries
 * @property {(entry: Entry, watch: Watch) => Promise<Outcome>} send
 * @property {(outcome?: Outcome) => void} changed something is to be drawn
 */

export class Uploads {
  #entries;
  #send;
  #changed;
  /** @type {Map<Entry, AbortController>} */
  #running = new Map();
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @param {Parts} parts */
  constructor({ entries, send, changed }) {
    this.#entries = entries;
    this.#send = send;
    this.#changed = changed;
  }

  /** Sends what waits, as far as there is room. */
  start() {
    for (const entry of this.#entries.in("waiting")) {
      if (this.#running.size >= AT_ONCE) break;
      if (!this.#running.has(entry)) void this.#carry(entry);
    }
    this.#tellIfIdle();
  }

  /** What can be tried again is. */
  retry() {
    const lost = [...this.#entries.in("lost"), ...this.#entries.in("signed out")];
    for (const entry of lost) entry.state = "waiting";
    this.start();
  }

  /**
   * Takes a file back, on its way or not.
   * @param {Entry} entry
   */
  drop(entry) {
    this.#running.get(entry)?.abort();
    this.#entries.remove(entry);
    this.#changed();
  }

  get isIdle() {
    return this.#running.size === 0;
  }

  /** @returns {Promise<void>} once nothing travels */
  idle() {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#tellIfIdle();
    });
  }

  /** Part of the bytes that have left, of all that travel or wait. */
  get percent() {
    const all = [...this.#running.keys(), ...this.#entries.in("waiting")];
    const size = all.reduce((sum, { file }) => sum + (file?.size ?? 0), 0);
    const sent = all.reduce((sum, entry) => sum + Math.min(entry.sent, entry.file?.size ?? 0), 0);
    return size ? Math.floor((100 * sent) / size) : 100;
  }

  /** @param {Entry} entry */
  async #carry(entry) {
    const end = new AbortController();
    this.#running.set(entry, end);
    Object.assign(entry, { state: "travelling", sent: 0, sentence: "" });
    this.#changed();
    const onProgress = (/** @type {number} */ sent) => {
      entry.sent = sent;
      this.#changed();
    };
    const outcome = await this.#send(entry, { onProgress, signal: end.signal });
    this.#running.delete(entry);
    if (!end.signal.aborted) {
      if (outcome.state === "held") this.#entries.attached(entry, outcome.document);
      else Object.assign(entry, { state: outcome.state, sentence: outcome.sentence ?? "" });
    }
    this.#changed(outcome);
    this.start();
  }

  #tellIfIdle() {
    if (!this.isIdle) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
