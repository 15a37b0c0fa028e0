// What the state of a document says about its file.

/** @typedef {import("./upload_api.js").Document} Document */

/**
 * Whether a browser has to send the file. If it is not known whether a PUT succeeded, the file has
 * to be sent again.
 * @param {Pick<Document, "state">} document
 */
export function isMissing({ state }) {
  return state === "missing" || state === "unknown";
}

/**
 * Whether this browser may still have to send the file. It may have to even while another page
 * sends the file, because that page could be closed before the file has arrived.
 * @param {Pick<Document, "state">} document
 */
export function mayBeNeeded({ state }) {
  return !hasArrived({ state });
}

/**
 * Whether storage or the portal has the file.
 * @param {Pick<Document, "state">} document
 */
export function hasArrived({ state }) {
  return state === "stored" || state === "held";
}
