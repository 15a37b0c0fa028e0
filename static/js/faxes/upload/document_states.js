// What the state of a document says about its file.

/** @typedef {import("./upload_api.js").Document} Document */

/**
 * Whether the file has to come from a browser. If nobody knows whether a PUT succeeded, the file
 * has to come again.
 * @param {Pick<Document, "state">} document
 */
export function isMissing({ state }) {
  return state === "missing" || state === "unknown";
}

/**
 * Whether it is possible that the file still has to come from this browser. That is so even while
 * another page sends the file, because that page is perhaps closed before the file has arrived.
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
