// The recipients' field, made better: what stands in it is shown as tokens, and whom a person may
// mean is suggested. The text area stays what is typed into, kept and sent; the tokens are how the
// portal reads it, so that nothing is ever in one and not in the other.

import { TokenList, said } from "./token_list.js";
import { Reader } from "./line_reader.js";
import { Suggestions } from "./suggestions.js";
import { rangesOf, withParts, writtenAt } from "./field_text.js";
import { namesShown, partWithout, tokensOf } from "./tokens.js";

/** @typedef {import("./tokens.js").Token} Token */

const PAUSE = 150; // ms without a key until what is typed is read
/** From which part of what is allowed on the limit is said. */
const NEAR = 0.8;
/** Characters of a text of several lines that a browser doesn't insert at once by itself. */
const LONG = 500;
/** How many merged numbers are named. */
const NAMED = 3;

// Nothing moves while a pointer is down: what a person presses would not be under it any more.
let isPressed = false;
/** @type {(() => void) | null} */
let waiting = null;
document.addEventListener("pointerdown", () => (isPressed = true), true);
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => setTimeout(release), true); // after the click
}
function release() {
  isPressed = false;
  waiting?.();
  waiting = null;
}

class Recipients {
  /** Whether the part at the caret is still being typed: then it is no token yet. */
  #isTyping = false;
  #pause = 0;
  #hasFailed = false;
  /** @type {string | null} the text before the last removal */
  #before = null;
  #lastSaid = "";

  /**
   * @param {HTMLTextAreaElement} field
   * @param {HTMLElement} root
   */
  constructor(field, root) {
    this.field = field;
    this.root = root;
    this.shown = /** @type {HTMLInputElement} */ (field.form?.elements.namedItem("shown_names"));
    this.reader = new Reader({
      ask: (lines) => this.#read(lines),
      changed: () => this.#draw(),
      failed: () => {
        this.#hasFailed = true;
        this.#draw();
      },
    });
    this.list = new TokenList({
      root,
      change: (token, by) => this.#change(token, by),
      leave: () => this.#comeBack(),
    });
    this.suggestions = new Suggestions({
      field,
      list: /** @type {HTMLElement} */ (document.getElementById("suggestions")),
      ask: (typed, signal) => this.#suggest(typed, signal),
      choose: ({ text }) => this.#choose(text),
    });
    this.#listen();
    this.#want();
  }

  #listen() {
    this.field.addEventListener("beforeinput", (event) => this.#insert(event));
    this.field.addEventListener("input", (event) => this.#onInput(/** @type {InputEvent} */ (event)));
    this.field.addEventListener("keydown", (event) => {
      if (this.suggestions.takes(event)) event.preventDefault();
      else if (/^(Arrow|Home|End|Page)/.test(event.key)) this.#settle();
    });
    this.field.addEventListener("pointerdown", () => this.#settle());
    this.field.addEventListener("focus", () => {
      if (this.field.value.trim() === "") this.suggestions.offer("");
    });
    this.field.addEventListener("blur", () => {
      this.suggestions.close();
      this.#settle();
    });
    this.#part("undo").addEventListener("click", () => {
      this.#write(this.#before ?? "");
      this.#comeBack();
    });
  }

  /** To the field, which nobody asked for suggestions yet. */
  #comeBack() {
    this.field.focus();
    this.suggestions.close();
  }

  /**
   * What programs type at once (dictation, say) a browser inserts line by line, and for thousands of
   * them takes minutes. What is pasted is quick.
   * @param {InputEvent} event
   */
  #insert(event) {
    const { data, inputType } = event;
    if (inputType !== "insertText" || !data?.includes("\n") || data.length < LONG) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = this.field;
    this.field.setRangeText(data, selectionStart, selectionEnd, "end");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {InputEvent} event */
  #onInput(event) {
    const { inputType = "", data } = event;
    const isKey = inputType.startsWith("delete") || (inputType === "insertText" && data?.length < 3);
    this.#isTyping = isKey || inputType.includes("Composition");
    this.#before = null;
    const { typed } = writtenAt(this.field.value, this.field.selectionStart);
    if (this.#isTyping && typed) this.suggestions.offer(typed);
    else this.suggestions.close();
    clearTimeout(this.#pause);
    this.#pause = window.setTimeout(() => this.#want(), this.#isTyping ? PAUSE : 0);
  }

  #settle() {
    if (!this.#isTyping) return;
    this.#isTyping = false;
    this.#want();
  }

  #want() {
    clearTimeout(this.#pause);
    this.#hasFailed = false;
    this.reader.want(this.field.value);
  }

  /** @param {string} text as a suggestion has it, in place of what is being written */
  #choose(text) {
    const { start, end } = writtenAt(this.field.value, this.field.selectionStart);
    const isLast = this.field.value.slice(end).trim() === "";
    this.field.setSelectionRange(start, isLast ? this.field.value.length : end);
    // The old command, because with it the browser's own undo goes on working.
    document.execCommand("insertText", false, isLast ? `${text}\n` : text);
  }

  /**
   * @param {Token} token
   * @param {string} by
   */
  #change(token, by) {
    const before = this.field.value;
    const lines = this.reader.lines.map(({ parts }) => parts);
    const { merged } = this.#tokens();
    // With each place of this phone: else another spelling of it would come up instead.
    const gone = [token, ...merged.filter((one) => token.canonical && one.canonical === token.canonical)];
    const changed = withParts(before, lines, (line, part) => {
      const here = gone.filter((one) => one.line === line && one.part === part);
      if (here.length === 0) return null;
      const texts = here.map(({ text }) => text);
      return partWithout(lines[line][part], texts, here.includes(token) ? by : "");
    });
    this.#write(changed);
    if (by) return;
    this.#before = before;
    this.#say(said(this.root.dataset.removal, { what: token.name || token.dialled || token.text }));
    this.#part("undo").hidden = false;
  }

  /** @param {string} text */
  #write(text) {
    this.field.value = text;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.#want();
  }

  #tokens() {
    const { value, selectionStart } = this.field;
    const { lines } = this.reader;
    const isOpen = this.#isTyping && document.activeElement === this.field;
    const caretLine = isOpen ? value.slice(0, selectionStart).split("\n").length - 1 : -1;
    const column = selectionStart - (value.lastIndexOf("\n", selectionStart - 1) + 1);
    const { text = "", parts = [] } = lines[caretLine] ?? {};
    const ranges = rangesOf(text, parts);
    return tokensOf(lines, (line, part) => {
      if (line !== caretLine) return false;
      return ranges[part].start <= column && column <= ranges[part].end;
    });
  }

  #draw() {
    if (isPressed) {
      waiting = () => this.#draw();
      return;
    }
    if (!this.field.isConnected || this.list?.isEditing) return;
    const tokens = this.#tokens();
    // A token that was changed is read first: else the focus would go to another one meanwhile.
    if (!tokens.unread || this.#hasFailed || !this.list.hasFocus) {
      this.list.draw(tokens.all);
      this.shown.value = namesShown(tokens);
    }
    this.root.hidden = tokens.all.length === 0 && tokens.unread === 0;
    const { allowed, near, over, failure, one, many, wrongOne, wrongMany, reading } = this.root.dataset;
    const limit = Number(allowed);
    const all = tokens.all.length;
    const count = all - tokens.wrong;
    const parts = [said(all === 1 ? one : many, { count: all })];
    if (tokens.wrong) parts.push(said(tokens.wrong === 1 ? wrongOne : wrongMany, { count: tokens.wrong }));
    if (tokens.unread && !this.#hasFailed) parts.push(said(reading, { count: tokens.unread }));
    this.#part("count").textContent = parts.join(", ");
    const isOver = count > limit;
    const isNear = count >= limit * NEAR;
    const about = { limit, less: count - limit };
    this.#put("limit", isOver ? said(over, about) : isNear ? said(near, about) : "");
    this.#part("limit").classList.toggle("is-over", isOver);
    const merged = this.#merged(tokens);
    this.#put("merged", merged);
    this.#put("failed", this.#hasFailed && tokens.unread ? failure : "");
    this.#part("undo").hidden = this.#before === null;
    if (tokens.unread === 0 && this.#before === null) this.#say([parts.join(", "), merged].join(". "));
  }

  /** @param {import("./tokens.js").Tokens} tokens */
  #merged({ all, merged }) {
    if (merged.length === 0) return "";
    const named = merged.slice(0, NAMED).map((token) => {
      const first = all.find(({ canonical }) => canonical === token.canonical);
      const words = token.text === first?.text ? this.root.dataset.twice : this.root.dataset.same;
      return said(words, { text: token.text, first: first?.text ?? "" });
    });
    const left = merged.length - named.length;
    if (left) named.push(said(this.root.dataset.sameMore, { count: left }));
    return `${this.root.dataset.merging} ${named.join("; ")}.`;
  }

  /** @param {string} text for who can't see the tokens; the same is said once */
  #say(text) {
    if (text === this.#lastSaid) return;
    this.#lastSaid = text;
    this.#part("said").textContent = text;
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #put(name, text) {
    this.#part(name).textContent = text;
    this.#part(name).hidden = !text;
  }

  /** @param {string} name */
  #part(name) {
    const inside = this.root.querySelector(`[data-${name}]`);
    return /** @type {HTMLElement} */ (inside ?? document.getElementById(`recipients-${name}`));
  }

  /** @param {string[]} lines */
  async #read(lines) {
    return (await this.#ask(this.root.dataset.readAt, { lines: lines.join("\n") })).lines;
  }

  /**
   * @param {string} typed
   * @param {AbortSignal} signal
   */
  async #suggest(typed, signal) {
    const answer = await this.#ask(this.root.dataset.suggestionsAt, { typed }, signal);
    return answer.suggestions;
  }

  /**
   * By POST: names and numbers stand in no address.
   * @param {string} at
   * @param {Record<string, string>} what
   * @param {AbortSignal} [signal]
   */
  async #ask(at, what, signal) {
    const token = /** @type {HTMLInputElement} */ (
      this.field.form?.querySelector("[name=csrfmiddlewaretoken]")
    );
    const response = await fetch(at, {
      method: "POST",
      headers: { "X-CSRFToken": token.value },
      body: new URLSearchParams(what),
      signal,
    });
    if (!response.ok || response.redirected) throw new Error("no answer");
    return response.json();
  }
}

/** @type {Recipients | null} */
let current = null;

// Everything hangs on the document, because htmx puts a new form in place after a mistake.
function start() {
  const field = /** @type {HTMLTextAreaElement | null} */ (
    document.querySelector("#compose-form textarea[name=recipients]")
  );
  const root = document.getElementById("tokens");
  if (field && root && current?.field !== field) current = new Recipients(field, root);
}
document.addEventListener("htmx:afterSettle", start);
start();
