// The requests about the files of one fax that the browser uploads. The signed addresses of targets
// pass through this module, which keeps none of them.

import { csrfToken } from "../../lib/csrf_token.js";
import { sendUpload } from "../../lib/upload_request.js";
import { isStored } from "./put_to_storage.js";

/**
 * Milliseconds to wait for an answer. An answer with targets can take long, because the portal
 * sometimes creates the fax at VoipNow first.
 */
const TIMEOUT = 60_000;
/** The most characters of storage's answer and of its ETag that go into a report. */
const ANSWER_LENGTH = 1000;
const ETAG_LENGTH = 200;

/** The portal does not answer, or asks the browser to try again later. */
export class PortalAway extends Error {}
/** The session has ended. The person has to sign in again, in another tab. */
export class SignedOut extends Error {}
/** The person is not allowed to upload the files of this fax any more. */
export class AccessLost extends Error {}

/**
 * @typedef {object} Document
 * @property {number} id
 * @property {string} name
 * @property {number} size
 * @property {string} sha256
 * @property {"stored" | "missing" | "unknown" | "moving" | "held"} state unknown: perhaps the file
 *   has arrived. moving: a browser sends the file. held: the portal has the file and relays it
 * @property {import("./put_to_storage.js").Target & {upload: number}} [target] where the file may
 *   be PUT now
 *
 * @typedef {object} UploadStatus
 * @property {"go" | "wait" | "files_wanted" | "over"} state files_wanted: the portal asks for the
 *   files and relays them
 * @property {number} [seconds] how long to wait before the next question
 * @property {string} sentence for the person
 * @property {Document[]} documents
 *
 * @typedef {{status: UploadStatus, refusal?: undefined} | {status?: undefined, refusal: string}}
 *   Relayed refusal: why the portal does not take the file; "" if it gives no reason
 *
 * @typedef {import("./storage_failures.js").RelayReason} RelayReason
 * @typedef {import("../../lib/upload_request.js").Answer} Answer
 * @typedef {import("../../lib/upload_request.js").UploadOptions} UploadOptions
 */

/** The endpoints of one fax. Each method can throw PortalAway, SignedOut or AccessLost. */
export class UploadApi {
  #address;
  #fetch;
  #sendUpload;
  #token;

  /**
   * @param {string} address of the fax's page, with a slash at its end
   * @param {object} [parts]
   * @param {(url: string, request: RequestInit) => Promise<Response>} [parts.fetch]
   * @param {typeof sendUpload} [parts.sendUpload]
   * @param {() => string} [parts.token] against forged requests
   */
  constructor(address, parts = {}) {
    this.#address = `${address}direct/`;
    this.#fetch = parts.fetch ?? ((url, request) => fetch(url, request));
    this.#sendUpload = parts.sendUpload ?? sendUpload;
    this.#token = parts.token ?? csrfToken;
  }

  /**
   * Asks where files may be PUT now.
   * @returns {Promise<UploadStatus>} with targets
   */
  async fetchTargets() {
    return readJson(await this.#post("targets/"));
  }

  /**
   * Starts an attempt, right before the PUT to the document's target.
   * @param {Pick<Document, "id" | "target">} document
   * @returns {Promise<number | null>} the attempt's number; null: no attempt may start now
   */
  async startAttempt(document) {
    const upload = String(document.target?.upload);
    const answer = await this.#post(`documents/${document.id}/attempts/`, { upload });
    return answer.status === 409 ? null : (await readJson(answer)).attempt;
  }

  /**
   * Reports that a PUT still goes on.
   * @param {number} attempt
   * @param {number} sent bytes
   * @returns {Promise<boolean>} whether the PUT may go on
   */
  async keepAlive(attempt, sent) {
    return (await this.#post(`attempts/${attempt}/alive/?bytes=${sent}`)).status !== 409;
  }

  /**
   * Ends an attempt with the result of its PUT.
   * @param {number} attempt
   * @param {Pick<Answer, "wasSent" | "status" | "etag" | "text">} answer
   * @returns {Promise<UploadStatus>} without targets
   */
  async endAttempt(attempt, { wasSent, status, etag, text }) {
    const fields = {
      what: isStored({ status }) ? "stored" : wasSent ? "failed" : "not_sent",
      // The report is repeated until the portal accepts it, so no field must lead to a refusal.
      status: status >= 100 && status < 600 ? String(status) : "",
      etag: etag.slice(0, ETAG_LENGTH),
      answer: text.replaceAll("\0", "").slice(0, ANSWER_LENGTH),
    };
    // `keepalive`: the request outlives the page.
    return readJson(await this.#post(`attempts/${attempt}/`, fields, { keepalive: true }));
  }

  /**
   * Sends a file to the portal, which relays it to storage.
   * @param {number} document the id of the file's document
   * @param {File} file
   * @param {RelayReason} reason
   * @param {UploadOptions} options
   * @returns {Promise<Relayed>}
   */
  async relay(document, file, reason, options) {
    const body = new FormData();
    body.set("why", reason);
    body.set("file", file);
    const url = `${this.#address}documents/${document}/file/`;
    /** @type {[string, string][]} */
    const headers = [
      ["X-CSRFToken", this.#token()],
      ["Accept", "application/json"],
    ];
    const request = { method: "POST", url, headers, body };
    const { status, text } = await this.#sendUpload(request, options);
    throwProblemOf(status);
    if (status === 413) return { refusal: "" };
    const answer = parseJson(text);
    return status === 422 ? { refusal: answer.sentence } : { status: answer };
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
        signal: AbortSignal.timeout(TIMEOUT),
      });
    } catch {
      throw new PortalAway();
    }
    if (answer.type === "opaqueredirect") throw new SignedOut();
    throwProblemOf(answer.status);
    return answer;
  }
}

/** @param {number} status of an answer */
function throwProblemOf(status) {
  if (status === 401) throw new SignedOut();
  if (status === 403 || status === 404) throw new AccessLost();
  if (status === 0 || status === 429 || status >= 500) throw new PortalAway();
}

/**
 * @param {Response} answer
 * @returns {Promise<UploadStatus & {attempt: number}>} only the answer to the start of an attempt
 *   has `attempt`
 */
async function readJson(answer) {
  try {
    return await answer.json();
  } catch {
    // The answer broke off, or it came from another server, such as the sign-in page of a hotel's
    // network.
    throw new PortalAway();
  }
}

/**
 * The portal's answer to a file. If the session has ended, XMLHttpRequest follows the redirect to
 * the sign-in page, which is no JSON.
 * @param {string} text
 * @returns {UploadStatus} a refusal has only `sentence`
 */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new SignedOut();
  }
}
