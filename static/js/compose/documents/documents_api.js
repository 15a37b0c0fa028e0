// The requests of the form about single documents of its draft. Knows nothing of the page.

/**
 * @typedef {object} DocumentsStatus What the portal answers about the draft's documents.
 * @property {string} list a fragment of HTML
 * @property {string} saved a fragment if the draft was changed elsewhere or sent, else ""
 * @property {string[]} notices
 *
 * @typedef {object} Outcome of the upload of one file
 * @property {import("./document_list.js").State} state
 * @property {number} [document] the id of a held document
 * @property {string} [sentence] about a file that is not attached
 * @property {Partial<DocumentsStatus>} [status]
 *
 * @typedef {{documents: number[], problem: string} & Partial<DocumentsStatus>} AttachAnswer
 * @typedef {{ok: boolean, status: number, json: () => Promise<Partial<DocumentsStatus>>}} Answer
 *
 * @typedef {object} Parts
 * @property {() => string} address of the draft's documents
 * @property {() => [string, string][]} copy fields that say which copy of the form this is
 * @property {() => string} token against forged requests
 * @property {typeof import("../../lib/upload_request.js").sendUpload} sendUpload
 * @property {(url: string, request: RequestInit) => Promise<Answer>} fetch
 */

/** The requests about the documents of one draft. */
export class DocumentsApi {
  #parts;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * Attaches a file; never rejects.
   * @param {File} file
   * @param {number | null} replaces the document whose place the file takes
   * @param {import("../../lib/upload_request.js").UploadOptions} options
   * @returns {Promise<Outcome>}
   */
  async attach(file, replaces, options) {
    const body = new FormData();
    for (const [name, value] of this.#parts.copy()) body.set(name, value);
    if (replaces !== null) body.set("replace", String(replaces));
    body.set("file", file);
    /** @type {[string, string][]} */
    const headers = [
      ["X-CSRFToken", this.#parts.token()],
      ["Accept", "application/json"],
    ];
    const request = { method: "POST", url: this.#parts.address(), headers, body };
    const { status, text } = await this.#parts.sendUpload(request, options);
    if (status === 413) return { state: "refused", sentence: "" };
    const answer = parseJson(text);
    if (!answer) return { state: status === 200 ? "signed out" : "lost" };
    if (status === 200) return { state: "held", document: answer.documents[0], status: answer };
    if (status === 422) return { state: "refused", sentence: answer.problem };
    if (status === 409) return { state: "too late", sentence: answer.problem, status: answer };
    return { state: "lost" };
  }

  /**
   * Changes the order of documents and removes some. Without changes, asks for their status.
   * @param {{order?: number[], remove?: number[]}} changes
   * @returns {Promise<Partial<DocumentsStatus> | null>} null: the request failed
   */
  async arrange({ order = [], remove = [] }) {
    const body = new URLSearchParams(this.#parts.copy());
    for (const id of order) body.append("order", String(id));
    for (const id of remove) body.append("remove", String(id));
    try {
      const answer = await this.#parts.fetch(`${this.#parts.address()}order/`, {
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

/**
 * @param {string} text
 * @returns {AttachAnswer | null} null: the text is another page, such as the sign-in page
 */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
