// Asks the portal about recipients: how it reads lines of the field, and which suggestions fit.
// Both requests are POSTs, because names and numbers must not be in an address.

import { csrfToken } from "../../lib/csrf_token.js";

/**
 * @typedef {import("./line_reader.js").Part} Part
 * @typedef {import("./suggestions.js").Suggestion} Suggestion
 */

/** The portal's answers about recipients. Methods reject if the portal gives no answer. */
export class RecipientsApi {
  #readAddress;
  #suggestionsAddress;
  #fetch;
  #token;

  /**
   * @param {object} parts
   * @param {string} parts.readAddress
   * @param {string} parts.suggestionsAddress
   * @param {(url: string, request: RequestInit) => Promise<Response>} [parts.fetch]
   * @param {() => string} [parts.token] against forged requests
   */
  constructor(parts) {
    this.#readAddress = parts.readAddress;
    this.#suggestionsAddress = parts.suggestionsAddress;
    this.#fetch = parts.fetch ?? ((url, request) => fetch(url, request));
    this.#token = parts.token ?? csrfToken;
  }

  /**
   * Asks how the portal reads lines.
   * @param {readonly string[]} lines
   * @returns {Promise<Part[][]>} the parts of each line
   */
  async read(lines) {
    return (await this.#post(this.#readAddress, { lines: lines.join("\n") })).lines;
  }

  /**
   * Asks for suggestions.
   * @param {string} typed
   * @param {AbortSignal} signal
   * @returns {Promise<Suggestion[]>}
   */
  async suggest(typed, signal) {
    return (await this.#post(this.#suggestionsAddress, { typed }, signal)).suggestions;
  }

  /**
   * @param {string} address
   * @param {Record<string, string>} fields
   * @param {AbortSignal} [signal]
   * @returns {Promise<{lines: Part[][], suggestions: Suggestion[]}>} an answer has only one of the
   *   two properties: the address decides which
   */
  async #post(address, fields, signal) {
    const response = await this.#fetch(address, {
      method: "POST",
      headers: { "X-CSRFToken": this.#token() },
      body: new URLSearchParams(fields),
      signal,
    });
    if (!response.ok || response.redirected) throw new Error("The portal gave no answer.");
    return response.json();
  }
}
