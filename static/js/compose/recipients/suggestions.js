// The list of suggestions below the recipients' field. HTML knows no combobox of several lines, so
// the field stays the text box that it is, with a list box that it points to.

/**
 * @typedef {object} Suggestion
 * @property {"recent" | "group" | "contact"} kind
 * @property {string} name
 * @property {string} number empty for a group
 * @property {string} members of a group, in words
 * @property {string} text what stands for it in the field
 */

const PAUSE = 120; // ms without a key until the portal is asked

/**
 * Whether a key is pressed with one that makes another thing of it.
 * @param {KeyboardEvent} event
 */
export function isHeld({ ctrlKey, metaKey, altKey }) {
  return ctrlKey || metaKey || altKey;
}

export class Suggestions {
  /** @type {Suggestion[]} */
  #shown = [];
  #active = -1;
  #pause = 0;
  #question = new AbortController();
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
      const option = /** @type {HTMLElement} */ (event.target).closest("[role=option]");
      if (option) this.#take([...list.children].indexOf(option));
    });
  }

  /** @param {string} typed */
  offer(typed) {
    this.#forget();
    this.#pause = window.setTimeout(() => void this.#fetch(typed), PAUSE);
  }

  close() {
    this.#forget();
    this.#show([]);
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the key was for the list
   */
  takes(event) {
    if (this.#list.hidden || event.isComposing || isHeld(event)) return false;
    if (event.key === "ArrowDown") this.#move(1);
    else if (event.key === "ArrowUp") this.#move(-1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.#active >= 0) this.#take(this.#active);
    else return false;
    return true;
  }

  async #fetch(/** @type {string} */ typed) {
    const { signal } = this.#question;
    const found = await this.#ask(typed, signal).catch(() => []);
    if (!signal.aborted && document.activeElement === this.#field) this.#show(found);
  }

  #forget() {
    clearTimeout(this.#pause);
    this.#question.abort();
    this.#question = new AbortController();
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
  #option(suggestion, index) {
    const { kind, name, number, members } = suggestion;
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
    option.append(part("suggestion-kind", this.#list.dataset[kind] ?? ""));
    return option;
  }

  /** @param {number} by */
  #move(by) {
    const places = this.#shown.length + 1; // one of them is the field itself
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
