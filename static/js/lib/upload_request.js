// One request with a large body. It is an XMLHttpRequest as a promise, because fetch reports no
// progress. Knows nothing of faxes.

import { realClock } from "./clock.js";

/** Milliseconds without progress after which the request is given up. */
const STALLED = 30_000;
/**
 * Milliseconds without an answer after which the request is given up, once the browser has written
 * every byte. This time is longer, because the browser writes into the system's buffers, and some
 * proxies and virus scanners on the way receive the whole file before they pass it on.
 */
const UNANSWERED = 120_000;

/**
 * @typedef {object} Answer What is known when the request is over.
 * @property {boolean} wasSent whether `send()` was called
 * @property {number} status 0: no answer, or an answer that this page is not allowed to read
 * @property {string} etag
 * @property {string} text of the answer
 * @property {number} sent bytes that the browser reported as written
 *
 * @typedef {object} Request
 * @property {string} method
 * @property {string} url
 * @property {[string, string][]} headers
 * @property {Blob | FormData} body
 *
 * @typedef {object} UploadOptions
 * @property {(sent: number) => void} [onProgress] called with the bytes that are sent so far
 * @property {AbortSignal} [signal] aborts the request
 * @property {() => XMLHttpRequest} [makeRequest]
 * @property {import("./clock.js").Clock} [clock]
 */

/**
 * Sends a request. Never rejects: whatever happened is in the answer.
 * @param {Request} request
 * @param {UploadOptions} options
 * @returns {Promise<Answer>}
 */
export function sendUpload(
  { method, url, headers, body },
  { onProgress = () => {}, signal, makeRequest = () => new XMLHttpRequest(), clock = realClock },
) {
  return new Promise((resolve) => {
    const answer = { wasSent: false, status: 0, etag: "", text: "", sent: 0 };
    if (signal?.aborted) return resolve(answer);
    const xhr = makeRequest();
    const abort = () => xhr.abort();
    const timeout = restartableTimeout(clock, abort);
    const end = () => {
      timeout.cancel();
      signal?.removeEventListener("abort", abort);
      resolve(answer);
    };
    xhr.upload.onprogress = ({ loaded }) => {
      answer.sent = loaded;
      timeout.restart(STALLED);
      onProgress(loaded);
    };
    xhr.upload.onload = () => timeout.restart(UNANSWERED);
    xhr.onload = () => {
      answer.status = xhr.status;
      // Reads all headers, because asking for a header that storage doesn't expose logs an error.
      answer.etag = /^etag: *(.*?)\r?$/im.exec(xhr.getAllResponseHeaders())?.[1] ?? "";
      answer.text = xhr.responseText;
      end();
    };
    xhr.onerror = xhr.onabort = end;
    signal?.addEventListener("abort", abort);
    try {
      xhr.open(method, url);
      for (const [name, value] of headers) xhr.setRequestHeader(name, value);
      timeout.restart(STALLED);
      answer.wasSent = true;
      xhr.send(body);
    } catch {
      end(); // the address or a header is not valid
    }
  });
}

/**
 * @param {import("./clock.js").Clock} clock
 * @param {() => void} call
 */
function restartableTimeout(clock, call) {
  let cancel = () => {};
  return {
    cancel: () => cancel(),
    /** @param {number} milliseconds */
    restart(milliseconds) {
      cancel();
      cancel = clock.after(milliseconds, call);
    },
  };
}
