// What the form asks the portal about single documents of its draft. Knows nothing of the page.

/**
 * @typedef {object} Standing how the draft's documents stand
 * @property {string} list a fragment
 * @property {string} saved another one, where the draft was changed elsewhere or sent; or ""
 * @property {string[]} notices
 *
 * @typedef {object} Outcome of one file
 * @property {import("./document_list.js").State} state
 * @property {number} [document] of what is held
 * @property {string} [sentence] of what is not attached
 * @property {Partial<Standing>} [standing]
 *
 * @typedef {object} Parts
 * @property {() => string} address of the draft's documents
 * @property {() => string[][]} copy fields that say which copy of the form this is
 * @property {() => string} token against forged requests
 * @property {typeof import("../../lib/upload_request.js").transfer} transfer
 * @property {typeof fetch} ask
 */

export class DraftDocuments {
  #parts;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * Attaches a file; never rejects.
   * @param {import("./document_list.js").Entry} entry
   * @param {import("../../lib/upload_request.js").Watch} watch
   * @returns {Promise<Outcome>}
   */
  async attach({ file, replaces }, watch) {
    const body = new FormData();
    for (const [name, value] of this.#parts.copy()) body.set(name, value);
    if (replaces !== null) body.set("replace", String(replaces));
    body.set("file", file);
    /** @type {[string, string][]} */
    const headers = [
      ["X-CSRFToken", this.#parts.token()],
      ["Accept", "application/json"],
    ];
    const url = this.#parts.address();
    const { status, text } = await this.#parts.transfer({ method: "POST", url, headers, body }, watch);
    if (status === 413) return { state: "refused", sentence: "" };
    const answer = parsed(text);
    if (status === 200 && !answer) return { state: "signed out" }; // the page for signing in
    if (status === 200) return { state: "held", document: answer.documents[0], standing: answer };
    if (status === 422 && answer) return { state: "refused", sentence: answer.problem };
    if (status === 409 && answer) {
      return { state: "too late", sentence: answer.problem, standing: answer };
    }
    return { state: "lost" };
  }

  /**
   * Brings documents into an order, removes some, or asks how they stand.
   * @param {{order?: number[], remove?: number[]}} changes
   * @returns {Promise<Partial<Standing> | null>} null: that did not get through
   */
  async arrange({ order = [], remove = [] }) {
    const body = new URLSearchParams(this.#parts.copy());
    for (const id of order) body.append("order", String(id));
    for (const id of remove) body.append("remove", String(id));
    try {
      const answer = await this.#parts.ask(`${this.#parts.address()}order/`, {
        method: "POST",
        headers: { "X-CSRFToken": this.#parts.token(), Accept: "application/json" },
        body,
        redirect: "manual",
      });
      return answer.ok || answer.status === 409 ? await answer.json() : null;
    } catch {
      return null;
    }
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
