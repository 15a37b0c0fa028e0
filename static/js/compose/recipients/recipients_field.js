// The recipients' field of the compose form. The person types into the text area, whose text is
// saved and sent. Below it, tokens show how the portal reads the text, and there are suggestions
// while the person types. The tokens are made from the text alone, so both always agree.

import { dataOf, find } from "../../lib/dom.js";
import { textOf } from "../../lib/translations.js";
import { rangesOf, withParts, writtenAt } from "./field_text.js";
import { LineReader } from "./line_reader.js";
import { RecipientsApi } from "./recipients_api.js";
import { drawSummary } from "./recipients_summary.js";
import { Suggestions } from "./suggestions.js";
import { TokenList } from "./token_list.js";
import { namesShown, partWithout, tokensOf } from "./tokens.js";

/** @typedef {import("./tokens.js").Token} Token */

/** Milliseconds without a key until the text is read. */
const PAUSE = 150;
/** From this many characters on, a browser takes too long to insert a text of several lines. */
const LONG = 500;

/** One recipients' field: its text area, tokens and suggestions. */
export class RecipientsField {
  /** Whether the person still types the part at the caret. If so, the part is no token. */
  #isTyping = false;
  #pause = 0;
  #hasFailed = false;
  /** @type {string | null} the text before the last removal */
  #beforeRemoval = null;
  #lastSaid = "";
  /** Whether a change is still to be drawn. Nothing is drawn while a pointer is down. */
  #isDrawDelayed = false;
  #isPressed;
  #root;
  #namesShown;
  #undo = find("#recipients-undo");
  #reader;
  #list;
  #suggestions;

  /**
   * @param {HTMLTextAreaElement} textArea
   * @param {HTMLElement} root `#tokens`
   * @param {() => boolean} isPressed whether a pointer is down. If so, nothing is drawn, because
   *   what the person presses must not move away.
   */
  constructor(textArea, root, isPressed) {
    this.textArea = textArea;
    this.#root = root;
    this.#isPressed = isPressed;
    this.#namesShown = find("#compose-form [name=shown_names]", HTMLInputElement);
    const api = new RecipientsApi({
      readAddress: dataOf(root, "readAt"),
      suggestionsAddress: dataOf(root, "suggestionsAt"),
    });
    this.#reader = new LineReader({
      ask: (lines) => api.read(lines),
      onChange: () => this.#draw(),
      onFailure: () => {
        this.#hasFailed = true;
        this.#draw();
      },
    });
    this.#list = new TokenList({
      root,
      change: (token, by) => this.#change(token, by),
      leave: () => this.#focusTextArea(),
    });
    this.#suggestions = new Suggestions({
      field: textArea,
      list: find("#suggestions"),
      ask: (typed, signal) => api.suggest(typed, signal),
      choose: ({ text }) => this.#choose(text),
    });
    this.#listen();
    this.#read();
  }

  #listen() {
    this.textArea.addEventListener("beforeinput", (event) => this.#insertLongText(event));
    this.textArea.addEventListener("input", (event) => this.#onInput(event));
    this.textArea.addEventListener("keydown", (event) => {
      if (this.#suggestions.takes(event)) event.preventDefault();
      else if (/^(Arrow|Home|End|Page)/.test(event.key)) this.#endTyping();
    });
    this.textArea.addEventListener("pointerdown", () => this.#endTyping());
    this.textArea.addEventListener("focus", () => {
      if (this.textArea.value.trim() === "") this.#suggestions.offer("");
    });
    this.textArea.addEventListener("blur", () => {
      this.#suggestions.close();
      this.#endTyping();
    });
    this.#undo.addEventListener("click", () => {
      this.#setText(this.#beforeRemoval ?? "");
      this.#focusTextArea();
    });
  }

  /** Draws what was delayed while a pointer was down. */
  drawDelayed() {
    if (this.#isDrawDelayed) this.#draw();
  }

  /** Moves the focus to the text area, without opening suggestions. */
  #focusTextArea() {
    this.textArea.focus();
    this.#suggestions.close();
  }

  /**
   * Inserts a long text at once. Some programs, such as for dictation, type thousands of lines. A
   * browser would insert them one by one, which takes minutes. Pasted text is quick.
   * @param {InputEvent} event
   */
  #insertLongText(event) {
    const { data, inputType } = event;
    if (inputType !== "insertText" || !data?.includes("\n") || data.length < LONG) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = this.textArea;
    this.textArea.setRangeText(data, selectionStart, selectionEnd, "end");
    this.textArea.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {Event} event */
  #onInput(event) {
    this.#isTyping = isTyped(event);
    this.#beforeRemoval = null;
    const { typed } = writtenAt(this.textArea.value, this.textArea.selectionStart);
    if (this.#isTyping && typed) this.#suggestions.offer(typed);
    else this.#suggestions.close();
    clearTimeout(this.#pause);
    this.#pause = window.setTimeout(() => this.#read(), this.#isTyping ? PAUSE : 0);
  }

  #endTyping() {
    if (!this.#isTyping) return;
    this.#isTyping = false;
    this.#read();
  }

  #read() {
    clearTimeout(this.#pause);
    this.#hasFailed = false;
    this.#reader.setText(this.textArea.value);
  }

  /** @param {string} text of a suggestion, which replaces what the person types */
  #choose(text) {
    const { start, end } = writtenAt(this.textArea.value, this.textArea.selectionStart);
    const isLast = this.textArea.value.slice(end).trim() === "";
    this.textArea.setSelectionRange(start, isLast ? this.textArea.value.length : end);
    // This command is deprecated, but the browser's own undo works only after this command.
    document.execCommand("insertText", false, isLast ? `${text}\n` : text);
  }

  /**
   * Changes a token in the text.
   * @param {Token} token
   * @param {string} by "" removes the token
   */
  #change(token, by) {
    const before = this.textArea.value;
    const lines = this.#reader.lines.map(({ parts }) => parts);
    const { merged } = this.#tokens();
    // Other parts with this phone are removed. Otherwise such a part would take the token's place.
    const { canonical } = token;
    const gone = [token, ...merged.filter((one) => canonical && one.canonical === canonical)];
    const changed = withParts(before, lines, (line, part) => {
      const here = gone.filter((one) => one.line === line && one.part === part);
      const changedPart = lines[line]?.[part];
      if (here.length === 0 || !changedPart) return null;
      const texts = here.map(({ text }) => text);
      return partWithout(changedPart, texts, here.includes(token) ? by : "");
    });
    this.#setText(changed);
    if (by) return;
    this.#beforeRemoval = before;
    this.#say(textOf(this.#root, "removal", { what: token.name || token.dialled || token.text }));
    this.#undo.hidden = false;
  }

  /** @param {string} text */
  #setText(text) {
    this.textArea.value = text;
    this.textArea.dispatchEvent(new Event("input", { bubbles: true }));
    this.#read();
  }

  #tokens() {
    const { value, selectionStart } = this.textArea;
    const { lines } = this.#reader;
    const isOpen = this.#isTyping && document.activeElement === this.textArea;
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
    this.#isDrawDelayed = this.#isPressed();
    if (this.#isDrawDelayed || !this.textArea.isConnected || this.#list.isEditing) return;
    const tokens = this.#tokens();
    // While the portal still reads lines, the tokens are not drawn if one of them has the focus.
    // Otherwise another token would get the focus.
    if (!tokens.unread || this.#hasFailed || !this.#list.hasFocus) {
      this.#list.draw(tokens.all);
      this.#namesShown.value = namesShown(tokens);
    }
    this.#root.hidden = tokens.all.length === 0 && tokens.unread === 0;
    const summary = drawSummary(this.#root, tokens, this.#hasFailed);
    this.#undo.hidden = this.#beforeRemoval === null;
    if (tokens.unread === 0 && this.#beforeRemoval === null) this.#say(summary);
  }

  /** @param {string} text for a screen reader, which does not read the same text twice in a row */
  #say(text) {
    if (text === this.#lastSaid) return;
    this.#lastSaid = text;
    find("#recipients-said").textContent = text;
  }
}

/**
 * Whether an input comes from single keys. Text that is pasted or inserted by a script is complete.
 * @param {Event} event
 */
function isTyped(event) {
  const { inputType = "", data = null } = event instanceof InputEvent ? event : {};
  const isOneKey = inputType === "insertText" && data !== null && data.length < 3;
  return isOneKey || inputType.startsWith("delete") || inputType.includes("Composition");
}
