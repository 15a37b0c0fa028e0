// The tokens on the page. Arrow keys go from one token to the next. A person can correct and remove
// a token. Only some tokens are drawn at first, so that thousands take no more time than dozens.

import { closestTo, find } from "../../lib/dom.js";
import { pageLanguage, textOf } from "../../lib/translations.js";
import { hasModifier } from "./suggestions.js";
import { firstOf } from "./tokens.js";

/** @typedef {import("./tokens.js").Token} Token */

/** How many tokens are drawn at first, and how many more at each press of the button. */
const AT_FIRST = 24;
const MORE = 60;

/** The tokens of one field. */
export class TokenList {
  /** @type {Token[]} */
  #tokens = [];
  /** @type {Token[]} tokens that are drawn */
  #drawn = [];
  #count = AT_FIRST;
  #root;
  #grid;
  #template;
  #more;
  #change;
  #leave;
  #isEditing = false;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.root
   * @param {(token: Token, by: string) => void} parts.change changes the text; "" removes the token
   * @param {() => void} parts.leave moves the focus to the field
   */
  constructor({ root, change, leave }) {
    this.#root = root;
    this.#grid = find("[role=grid]", HTMLElement, root);
    this.#template = find("template", HTMLTemplateElement, root);
    this.#more = find("[data-more]", HTMLButtonElement, root);
    this.#change = change;
    this.#leave = leave;
    this.#grid.addEventListener("keydown", (event) => this.#onKey(event));
    this.#grid.addEventListener("click", (event) => this.#onClick(event));
    this.#more.addEventListener("click", () => {
      const next = this.#drawn.length;
      this.#count += MORE;
      this.draw(this.#tokens);
      this.#focus(next);
    });
  }

  /** Whether a token is being corrected. Then the list must not be drawn. */
  get isEditing() {
    return this.#isEditing;
  }

  /** Whether the focus is at a token. */
  get hasFocus() {
    return this.#focusedIndex() >= 0;
  }

  /**
   * Draws these tokens and removes all others. The focus stays at its token. If that token is gone,
   * the token that is now in its place gets the focus.
   * @param {Token[]} tokens
   */
  draw(tokens) {
    const focused = this.#focusedIndex();
    const key = this.#drawn[focused]?.key;
    this.#tokens = tokens;
    this.#drawn = firstOf(tokens, this.#count);
    this.#grid.replaceChildren(...this.#drawn.map((token) => this.#row(token)));
    this.#grid.hidden = tokens.length === 0;
    const left = tokens.length - this.#drawn.length;
    this.#more.hidden = left === 0;
    this.#more.textContent = this.#text("showMore", { count: Math.min(left, MORE), left });
    const samePlace = this.#drawn.findIndex((token) => token.key === key);
    if (focused >= 0) this.#focus(samePlace >= 0 ? samePlace : focused);
    else this.#makeReachable(0);
  }

  /** @param {string} name @param {import("../../lib/translations.js").Values} [values] */
  #text(name, values) {
    return textOf(this.#root, name, values);
  }

  /** @param {Token} token */
  #row(token) {
    const drawn = document.importNode(this.#template.content, true);
    const row = find("[role=row]", HTMLElement, drawn);
    const part = (/** @type {string} */ name) => find(`[data-${name}]`, HTMLElement, row);
    const put = (/** @type {string} */ name, /** @type {string} */ text) => {
      part(name).textContent = text;
      part(name).hidden = !text;
    };
    const why = token.wrong || token.warning || "";
    const note = why ? "" : (token.note ?? "");
    row.classList.toggle("is-wrong", Boolean(token.wrong));
    row.classList.toggle("is-doubtful", Boolean(token.warning));
    part("alert").hidden = !why;
    put("name", token.name ?? "");
    put("dialled", token.dialled ?? ""); // a number that can't be dialled is named in the reason
    put("where", token.wrong ? "" : this.#where(token));
    put("group", token.group && this.#text("ofGroup", { group: token.group }));
    put("why", why);
    put("note", note);
    const what = token.name || token.dialled || token.text;
    find("button", HTMLElement, row).setAttribute("aria-label", this.#text("remove", { what }));
    return row;
  }

  /** @param {Token} token */
  #where({ region }) {
    if (!region) return this.#text("extension");
    if (region === "001") return this.#text("international");
    return new Intl.DisplayNames([pageLanguage()], { type: "region" }).of(region) ?? region;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (this.#isEditing || hasModifier(event)) return;
    const index = this.#focusedIndex();
    const forward = getComputedStyle(this.#grid).direction === "rtl" ? -1 : 1;
    const steps = new Map([
      ["ArrowRight", forward],
      ["ArrowLeft", -forward],
      ["ArrowDown", 1],
      ["ArrowUp", -1],
    ]);
    const step = steps.get(event.key);
    if (step) this.#focus(index + step);
    else if (event.key === "Home") this.#focus(0);
    else if (event.key === "End") this.#focus(this.#drawn.length - 1);
    else if (event.key === "Delete" || event.key === "Backspace") this.#remove(index);
    else if (event.key === "Enter" || event.key === "F2") this.#edit(index);
    else return;
    event.preventDefault();
  }

  /** @param {Event} event */
  #onClick(event) {
    const row = closestTo(event, "[role=row]");
    if (!row || this.#isEditing) return;
    const index = [...this.#grid.children].indexOf(row);
    if (closestTo(event, "button")) this.#remove(index);
    else this.#edit(index);
  }

  /** @param {number} index */
  #remove(index) {
    const token = this.#drawn[index];
    if (!token) return;
    // When the list is drawn next, the following token has this place and the focus.
    this.#focus(index);
    this.#change(token, "");
  }

  /** @param {number} index */
  #edit(index) {
    const row = this.#rows[index];
    const token = this.#drawn[index];
    if (!row || !token) return;
    this.#isEditing = true;
    const input = this.#inputFor(token);
    const cell = find("[role=gridcell]", HTMLElement, row);
    const why = find("[data-why]", HTMLElement, cell);
    cell.replaceChildren(input, why); // what is wrong stays visible
    row.classList.add("is-edited");
    find("button", HTMLElement, row).hidden = true;
    const finish = (/** @type {string} */ by, /** @type {boolean} */ keepsFocus) => {
      if (!this.#isEditing) return;
      this.#isEditing = false;
      if (keepsFocus) row.focus();
      if (by === token.text) this.draw(this.#tokens);
      else this.#change(token, by);
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
      // This is a shortcut, such as Control+Enter, which sends the form.
      if (hasModifier(event)) return finish(input.value.trim(), true);
      event.preventDefault();
      event.stopPropagation();
      finish(event.key === "Enter" ? input.value.trim() : token.text, true);
    });
    input.addEventListener("blur", () => finish(input.value.trim(), false));
    input.focus();
    input.select();
  }

  /** @param {Token} token */
  #inputFor(token) {
    const input = document.createElement("input");
    input.className = "form-control token-input";
    input.value = token.text;
    input.autocomplete = "off";
    input.setAttribute("aria-label", this.#text("change", { what: token.text }));
    if (token.wrong) input.setAttribute("aria-description", token.wrong);
    return input;
  }

  /** @returns {HTMLElement[]} */
  get #rows() {
    return [...this.#grid.children].filter((row) => row instanceof HTMLElement);
  }

  #focusedIndex() {
    const row = document.activeElement?.closest("[role=row]");
    return row ? [...this.#grid.children].indexOf(row) : -1;
  }

  /** @param {number} index -1 is the field, which comes before the first token */
  #focus(index) {
    const at = Math.min(index, this.#drawn.length - 1);
    if (at < 0) return this.#leave();
    this.#makeReachable(at);
    this.#rows[at].focus();
  }

  /** @param {number} index of the only row that Tab reaches */
  #makeReachable(index) {
    this.#rows.forEach((row, place) => {
      row.tabIndex = place === index ? 0 : -1;
    });
  }
}
