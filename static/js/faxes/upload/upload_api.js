// What a page asks the portal about one fax in direct delivery. Targets pass through here and are
// kept nowhere.

import { transfer } from "../../lib/upload_request.js";

/** Milliseconds for an answer; asking for targets may create the fax at VoipNow first. */
const PATIENCE = 60_000;
/** How much of storage's own words goes into a report, and of its ETag. */
const ANSWER_LENGTH = 1000;
const ETAG_LENGTH = 200;

/** No answer, or one that says to come back later. */
export class Away extends Error {}
/** The session has ended: the person has to sign in again, in another tab. */
export class SignedOut extends Error {}
/** This fax is no longer this person's to carry. */
export class Gone extends Error {}

/**
 * @typedef {object} Document
 * @property {number} id
 * @property {string} name
 * @property {number} size
 * @property {string} sha256
 * @property {"stored" | "missing" | "unknown" | "moving" | "held"} state
 * @property {{url: string, headers: Record<string, string>, upload: number}} [target] to PUT it to now
 *
 * @typedef {object} Standing
 * @property {"go" | "wait" | "files_wanted" | "over"} state
 * @property {number} [seconds]
 * @property {string} sentence
 * @property {Document[]} documents
 *
 * @typedef {import("../../lib/upload_request.js").Answer} Answer
 * @typedef {import("../../lib/upload_request.js").Watch} Watch
 */

/** The endpoints of one fax. Each method may throw Away, SignedOut or Gone. */
export class Portal {
  #address;
  #fetch;
  #transfer;
  #token;

  /**
   * @param {string} address of the fax's page, with a slash at its end
   * @param {object} [how]
   * @param {typeof fetch} [how.ask]
   * @param {typeof transfer} [how.send]
   * @param {() => string} [how.token] against forged requests, as it is now
   */
  constructor(address, { ask = (...of) => fetch(...of), send = transfer, token = csrfToken } = {}) {
    this.#address = `${address}direct/`;
    this.#fetch = ask;
    this.#transfer = send;
    this.#token = token;
  }

  /** @returns {Promise<Standing>} with targets */
  async targets() {
    return read(await this.#post("targets/"));
  }

  /**
   * Opens a try, just before its PUT to the document's target.
   * @param {Document} document
   * @returns {Promise<number | null>} its number; null: not now
   */
  async open(document) {
    const upload = String(document.target?.upload);
    const answer = await this.#post(`documents/${document.id}/try/`, { upload });
    return answer.status === 409 ? null : (await read(answer)).try;
  }

  /**
   * Says that a PUT still goes on.
   * @param {number} number of the try
   * @param {number} sent bytes
   * @returns {Promise<boolean>} whether it may go on
   */
  async alive(number, sent) {
    return (await this.#post(`tries/${number}/alive/?bytes=${sent}`)).status !== 409;
  }

  /**
   * Closes a try with what became of its PUT.
   * @param {number} number
   * @param {Answer} answer
   * @returns {Promise<Standing>} without targets
   */
  async report(number, { wasSent, status, etag, text }) {
    const isStored = status >= 200 && status < 300;
    const what = isStored ? "stored" : wasSent ? "failed" : "not_sent";
    const fields = {
      what,
      // A report is made until it is taken, so nothing in it may be what the portal refuses.
      status: status >= 100 && status < 600 ? String(status) : "",
      etag: etag.slice(0, ETAG_LENGTH),
      answer: text.replaceAll("\0", "").slice(0, ANSWER_LENGTH),
    };
    // Said even while the page goes away.
    return read(await this.#post(`tries/${number}/`, fields, { keepalive: true }));
  }

  /**
   * Hands a file to the portal, which relays it to the same target.
   * @param {number} document
   * @param {File} file
   * @param {"blocked" | "failed" | "asked"} why
   * @param {Watch} watch
   * @returns {Promise<{standing?: Standing, refusal?: string}>} one of both
   */
  async handOver(document, file, why, watch) {
    const body = new FormData();
    body.set("why", why);
    body.set("file", file);
    const url = `${this.#address}documents/${document}/file/`;
    /** @type {[string, string][]} */
    const headers = [
      ["X-CSRFToken", this.#token()],
      ["Accept", "application/json"],
    ];
    const { status, text } = await this.#transfer({ method: "POST", url, headers, body }, watch);
    check(status);
    if (status === 413) return { refusal: "" };
    const answer = parsed(text);
    return status === 422 ? { refusal: answer.sentence } : { standing: answer };
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} [fields]
   * @param {RequestInit} [more]
   */
  async #post(path, fields = {}, more = {}) {
    let answer;
    try {
      answer = await this.#fetch(this.#address + path, {
        method: "POST",
        headers: { "X-CSRFToken": this.#token(), Accept: "application/json" },
        body: new URLSearchParams(fields),
        redirect: "manual",
        ...more,
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      throw new Away();
    }
    if (answer.type === "opaqueredirect") throw new SignedOut();
    check(answer.status);
    return answer;
  }
}

/**
 * Throws what an answer's status says of the page's standing with the portal.
 * @param {number} status
 */
function check(status) {
  if (status === 401) throw new SignedOut();
  if (status === 403 || status === 404) throw new Gone();
  if (status === 0 || status === 429 || status >= 500) throw new Away();
}

/**
 * @param {Response} answer
 * @returns {Promise<any>}
 */
async function read(answer) {
  try {
    return await answer.json();
  } catch {
    throw new Away(); // broken off, or another's: a hotel's network, say
  }
}

/**
 * The answer to a file in JSON; XMLHttpRequest follows the redirect of a session that ran out to the
 * page for signing in.
 * @param {string} text
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new SignedOut();
  }
}

/** Django's cookie: read anew each time, because signing in again in another tab changes it. */
export function csrfToken() {
  return /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}
