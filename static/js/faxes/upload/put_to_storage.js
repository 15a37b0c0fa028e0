// PUTs a file to a pre-signed address of VoipNow's storage.

import { sendUpload } from "../../lib/upload_request.js";

/** Headers that a browser sets itself and that a page is not allowed to set. */
const SET_BY_THE_BROWSER = ["content-length", "host"];

/**
 * @typedef {import("../../lib/upload_request.js").Answer} Answer
 * @typedef {import("../../lib/upload_request.js").UploadOptions} UploadOptions
 *
 * @typedef {object} Target
 * @property {string} url
 * @property {Record<string, string>} headers
 */

/**
 * PUTs a file with the target's headers. The request has no other headers and no cookies. It has no
 * referrer, because the portal's pages send none to another origin. Never rejects.
 * @param {Target} target
 * @param {File} file
 * @param {UploadOptions} options
 * @returns {Promise<Answer>}
 */
export function putToStorage(target, file, options) {
  const headers = Object.entries(target.headers).filter(
    ([name]) => !SET_BY_THE_BROWSER.includes(name.toLowerCase()),
  );
  // This slice has no type: for a file with a type, the browser would add its own Content-Type.
  const body = file.slice(0, file.size, "");
  return sendUpload({ method: "PUT", url: target.url, headers, body }, options);
}

/**
 * Whether storage has the file.
 * @param {Pick<Answer, "status">} answer
 */
export function isStored({ status }) {
  return status >= 200 && status < 300;
}
