// The tokens on the page: shown, walked through by arrow keys, changed in place, removed. Only so
// many are drawn at once, so that thousands cost no more than dozens.

/** @typedef {import("./tokens.js").Token} Token */
import { isHeld } from "./suggestions.js";
import { firstOf } from "./tokens.js";

/** How many are drawn at first, and how many more at each press. */
const AT_FIRST = 24;
const MORE = 60;

export class TokenList {
  /** @type {Token[]} */
  #tokens = [];
  /** @type {Token[]} those that are drawn */
  #drawn = [];
  #count = AT_FIRST;
  #grid;
  #template;
  #more;
  #words;
  #change;
  #leave;
  #isEditing = false;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.root
   * @param {(token: Token, by: string) => void} parts.change in the text; "" removes it
   * @param {() => void} parts.leave to the field
   */
  constructor({ root, change, leave }) {
    this.#grid = /** @type {HTMLElement} */ (root.querySelector("[role=grid]"));
    this.#template = /** @type {HTMLTemplateElement} */ (root.querySelector("template"));
    this.#more = /** @type {HTMLButtonElement} */ (root.querySelector("[data-more]"));
    this.#words = root.dataset;
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

  /** Whether a token is being changed: then the list is not drawn anew. */
  get isEditing() {
    return this.#isEditing;
  }

  get hasFocus() {
    return this.#focusedIndex() >= 0;
  }

  /** @param {Token[]} tokens */
  draw(tokens) {
    const focused = this.#focusedIndex();
    const key = this.#drawn[focused]?.key;
    this.#tokens = tokens;
    this.#drawn = firstOf(tokens, this.#count);
    this.#grid.replaceChildren(...this.#drawn.map((token) => this.#row(token)));
    this.#grid.hidden = tokens.length === 0;
    const left = tokens.length - this.#drawn.length;
    this.#more.hidden = left === 0;
    this.#more.textContent = said(this.#words.showMore, { count: Math.min(left, MORE), left });
    const still = this.#drawn.findIndex((token) => token.key === key);
    if (focused >= 0) this.#focus(still >= 0 ? still : focused);
    else this.#makeReachable(0);
  }

  /** @param {Token} token */
  #row(token) {
    const drawn = /** @type {DocumentFragment} */ (this.#template.content.cloneNode(true));
    const row = /** @type {HTMLElement} */ (drawn.firstElementChild);
    const put = (/** @type {string} */ name, /** @type {string} */ text) => {
      const place = /** @type {HTMLElement} */ (row.querySelector(`[data-${name}]`));
      place.textContent = text;
      place.hidden = !text;
    };
    const why = token.wrong || token.warning || "";
    const note = why ? "" : (token.note ?? "");
    row.classList.toggle("is-wrong", Boolean(token.wrong));
    row.classList.toggle("is-doubtful", Boolean(token.warning));
    /** @type {HTMLElement} */ (row.querySelector("[data-alert]")).hidden = !why;
    put("name", token.name ?? "");
    put("dialled", token.dialled ?? ""); // why it isn't dialled names it
    put("where", token.wrong ? "" : this.#where(token));
    put("group", token.group && said(this.#words.ofGroup, { group: token.group }));
    put("why", why);
    put("note", note);
    const label = said(this.#words.remove, { what: token.name || token.dialled || token.text });
    row.querySelector("button")?.setAttribute("aria-label", label);
    return row;
  }

  /** @param {Token} token */
  #where({ region }) {
    if (!region) return this.#words.extension ?? "";
    if (region === "001") return this.#words.international ?? "";
    const { lang } = document.documentElement;
    return new Intl.DisplayNames([lang], { type: "region" }).of(region) ?? region;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (this.#isEditing || isHeld(event)) return;
    const index = this.#focusedIndex();
    const rtl = getComputedStyle(this.#grid).direction === "rtl" ? -1 : 1;
    const steps = { ArrowRight: rtl, ArrowLeft: -rtl, ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.#focus(index + steps[/** @type {keyof steps} */ (event.key)]);
    else if (event.key === "Home") this.#focus(0);
    else if (event.key === "End") this.#focus(this.#drawn.length - 1);
    else if (event.key === "Delete" || event.key === "Backspace") this.#remove(index);
    else if (event.key === "Enter" || event.key === "F2") this.#edit(index);
    else return;
    event.preventDefault();
  }

  /** @param {Event} event */
  #onClick(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const row = target.closest("[role=row]");
    if (!row || this.#isEditing) return;
    const index = [...this.#grid.children].indexOf(row);
    if (target.closest("button")) this.#remove(index);
    else this.#edit(index);
  }

  /** @param {number} index */
  #remove(index) {
    const token = this.#drawn[index];
    if (!token) return;
    this.#focus(index); // the next one takes it over when the list is drawn anew
    this.#change(token, "");
  }

  /** @param {number} index */
  #edit(index) {
    const row = /** @type {HTMLElement} */ (this.#grid.children[index]);
    const token = this.#drawn[index];
    if (!token) return;
    this.#isEditing = true;
    const cell = /** @type {HTMLElement} */ (row.querySelector("[role=gridcell]"));
    const input = document.createElement("input");
    input.className = "form-control token-input";
    input.value = token.text;
    input.autocomplete = "off";
    input.setAttribute("aria-label", said(this.#words.change, { what: token.text }));
    if (token.wrong) input.setAttribute("aria-description", token.wrong);
    const why = /** @type {HTMLElement} */ (cell.querySelector("[data-why]"));
    cell.replaceChildren(input, why); // what is wrong stays in sight
    row.classList.add("is-edited");
    row.querySelector("button")?.setAttribute("hidden", "");
    const finish = (/** @type {string} */ by, /** @type {boolean} */ keepsFocus) => {
      if (!this.#isEditing) return;
      this.#isEditing = false;
      if (keepsFocus) row.focus();
      if (by === token.text) this.draw(this.#tokens);
      else this.#change(token, by);
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
      if (isHeld(event)) return finish(input.value.trim(), true); // which sends the form, say
      event.preventDefault();
      event.stopPropagation();
      finish(event.key === "Enter" ? input.value.trim() : token.text, true);
    });
    input.addEventListener("blur", () => finish(input.value.trim(), false));
    input.focus();
    input.select();
  }

  #focusedIndex() {
    const row = document.activeElement?.closest("[role=row]");
    return row ? [...this.#grid.children].indexOf(row) : -1;
  }

  /** @param {number} index the field comes before the first one */
  #focus(index) {
    const at = Math.min(index, this.#drawn.length - 1);
    if (at < 0) return this.#leave();
    this.#makeReachable(at);
    /** @type {HTMLElement} */ (this.#grid.children[at]).focus();
  }

  /** @param {number} index the one row that Tab reaches */
  #makeReachable(index) {
    [...this.#grid.children].forEach((row, place) => {
      /** @type {HTMLElement} */ (row).tabIndex = place === index ? 0 : -1;
    });
  }
}

/**
 * Words of the page with what belongs into them.
 * @param {string | undefined} words
 * @param {Record<string, string | number>} what
 */
export function said(words, what) {
  return (words ?? "").replace(/\{(\w+)\}/g, (_, name) => {
    const value = what[name];
    return typeof value === "number" ? value.toLocaleString(document.documentElement.lang) : value;
  });
}
