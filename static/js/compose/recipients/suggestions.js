// The list of suggestions below the recipients' field. ARIA has no combobox with several lines. So
// the field stays a text box, and refers to a list box.

import { closestTo } from "../../lib/dom.js";
import { textOf } from "../../lib/translations.js";

/**
 * @typedef {object} Suggestion
 * @property {"recent" | "group" | "contact"} kind
 * @property {string} name
 * @property {string} number empty for a group
 * @property {string} members of a group, in words
 * @property {string} text the text that goes into the field
 */

/** Milliseconds without a key until the portal is asked. */
const PAUSE = 120;

/**
 * Whether a modifier key is down, which gives the pressed key another meaning.
 * @param {KeyboardEvent} event
 */
export function hasModifier({ ctrlKey, metaKey, altKey }) {
  return ctrlKey || metaKey || altKey;
}

/** The suggestions for one field. */
export class Suggestions {
  /** @type {Suggestion[]} */
  #shown = [];
  /** The place of the marked suggestion; -1 if none is marked. */
  #active = -1;
  #pause = 0;
  #request = new AbortController();
  #field;
  #list;
  #ask;
  #choose;

  /**
   * @param {object} parts
   * @param {HTMLTextAreaElement} parts.field
   * @param {HTMLElement} parts.list
   * @param {(typed: string, signal: AbortSignal) => Promise<Suggestion[]>} parts.ask
   * @param {(suggestion: Suggestion) => void} parts.choose
   */
  constructor({ field, list, ask, choose }) {
    this.#field = field;
    this.#list = list;
    this.#ask = ask;
    this.#choose = choose;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
    field.setAttribute("aria-controls", list.id);
    // The field keeps the focus.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = closestTo(event, "[role=option]");
      if (option) this.#take([...list.children].indexOf(option));
    });
  }

  /**
   * Shows suggestions, after a pause without a key.
   * @param {string} typed
   */
  offer(typed) {
    this.#cancel();
    this.#pause = window.setTimeout(() => void this.#fetch(typed), PAUSE);
  }

  /** Hides the list, and cancels the request for suggestions that is under way. */
  close() {
    this.#cancel();
    this.#show([]);
  }

  /**
   * Handles a key that is pressed in the field, if it has a meaning for the list.
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the key was for the list
   */
  takes(event) {
    if (this.#list.hidden || event.isComposing || hasModifier(event)) return false;
    if (event.key === "ArrowDown") this.#move(1);
    else if (event.key === "ArrowUp") this.#move(-1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.#active >= 0) this.#take(this.#active);
    else return false;
    return true;
  }

  /** @param {string} typed */
  async #fetch(typed) {
    const { signal } = this.#request;
    const found = await this.#ask(typed, signal).catch(() => []);
    if (!signal.aborted && document.activeElement === this.#field) this.#show(found);
  }

  #cancel() {
    clearTimeout(this.#pause);
    this.#request.abort();
    this.#request = new AbortController();
  }

  /** @param {Suggestion[]} suggestions */
  #show(suggestions) {
    this.#shown = suggestions;
    this.#list.hidden = suggestions.length === 0;
    this.#list.replaceChildren(...suggestions.map((one, index) => this.#option(one, index)));
    this.#activate(-1);
  }

  /**
   * @param {Suggestion} suggestion
   * @param {number} index
   */
  #option({ kind, name, number, members }, index) {
    const option = document.createElement("li");
    option.id = `${this.#list.id}-${index}`;
    option.role = "option";
    const part = (/** @type {string} */ className, /** @type {string} */ text) => {
      const span = document.createElement("span");
      span.className = className;
      span.textContent = text;
      return span;
    };
    if (name) option.append(part("suggestion-name", name), " ");
    option.append(part("number", number || members), " ");
    option.append(part("suggestion-kind", textOf(this.#list, kind)));
    return option;
  }

  /** @param {number} by */
  #move(by) {
    const places = this.#shown.length + 1; // one place is the field itself
    this.#activate(((this.#active + 1 + by + places) % places) - 1);
  }

  /** @param {number} index -1 for none */
  #activate(index) {
    this.#active = index;
    [...this.#list.children].forEach((option, place) => {
      option.setAttribute("aria-selected", String(place === index));
    });
    const active = this.#list.children[index];
    active?.scrollIntoView({ block: "nearest" });
    if (active) this.#field.setAttribute("aria-activedescendant", active.id);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  /** @param {number} index */
  #take(index) {
    const chosen = this.#shown[index];
    this.close();
    this.#choose(chosen);
  }
}
