// The sentences about all recipients of a fax: how many there are, how many are allowed, and which
// numbers are several times in the field but dialled only once.

import { dataOf, find } from "../../lib/dom.js";
import { textOf } from "../../lib/translations.js";

/** The limit is shown if the fax has at least this share of the allowed recipients. */
const NEAR = 0.8;
/** How many merged numbers are named. */
const NAMED = 3;

/** @typedef {import("./tokens.js").Tokens} Tokens */

/**
 * Draws the sentences.
 * @param {HTMLElement} root `#tokens`
 * @param {Tokens} tokens
 * @param {boolean} hasFailed whether the portal did not answer
 * @returns {string} what a screen reader says of the recipients
 */
export function drawSummary(root, tokens, hasFailed) {
  const count = countSentence(root, tokens, hasFailed);
  const merged = mergedSentence(root, tokens);
  find("[data-count]", HTMLElement, root).textContent = count;
  drawLimit(root, tokens.all.length - tokens.wrong);
  showOrHide(root, "merged", merged);
  showOrHide(root, "failed", hasFailed && tokens.unread ? textOf(root, "failure") : "");
  return [count, merged].join(". ");
}

/** @param {HTMLElement} root @param {Tokens} tokens @param {boolean} hasFailed */
function countSentence(root, { all, wrong, unread }, hasFailed) {
  const parts = [textOf(root, all.length === 1 ? "one" : "many", { count: all.length })];
  if (wrong) parts.push(textOf(root, wrong === 1 ? "wrongOne" : "wrongMany", { count: wrong }));
  if (unread && !hasFailed) parts.push(textOf(root, "reading", { count: unread }));
  return parts.join(", ");
}

/** @param {HTMLElement} root @param {number} count of the recipients that can be dialled */
function drawLimit(root, count) {
  const limit = Number(dataOf(root, "allowed"));
  const values = { limit, less: count - limit };
  const isOver = count > limit;
  const isNear = count >= limit * NEAR;
  const text = isOver ? "over" : isNear ? "near" : null;
  showOrHide(root, "limit", text ? textOf(root, text, values) : "");
  find("[data-limit]", HTMLElement, root).classList.toggle("is-over", isOver);
}

/** @param {HTMLElement} root @param {Tokens} tokens */
function mergedSentence(root, { all, merged }) {
  if (merged.length === 0) return "";
  const named = merged.slice(0, NAMED).map(({ text, canonical }) => {
    const first = all.find((token) => token.canonical === canonical)?.text ?? "";
    return textOf(root, text === first ? "twice" : "same", { text, first });
  });
  const left = merged.length - named.length;
  if (left) named.push(textOf(root, "sameMore", { count: left }));
  return `${textOf(root, "merging")} ${named.join("; ")}.`;
}

/** @param {HTMLElement} root @param {string} name @param {string} text "" hides the element */
function showOrHide(root, name, text) {
  const element = find(`[data-${name}]`, HTMLElement, root);
  element.textContent = text;
  element.hidden = !text;
}
