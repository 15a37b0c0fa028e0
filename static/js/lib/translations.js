// Translated texts that the page brings along for its scripts. Some elements have texts as `data-`
// attributes. A `<template>` has texts as elements with `data-word`. {name} in a text is a place
// for a value.

import { dataOf, find } from "./dom.js";

/** @typedef {Record<string, string | number>} Values place in the text → value */

/**
 * A text that an element has as a `data-` attribute. Throws if it has no such attribute.
 * @param {HTMLElement} element
 * @param {string} name in the spelling of `dataset`
 * @param {Values} [values]
 */
export function textOf(element, name, values = {}) {
  return withValues(dataOf(element, name), values);
}

/**
 * A text out of a `<template>` that holds only texts. Throws if the template has no such text.
 * @param {HTMLTemplateElement} template
 * @param {string} name
 * @param {Values} values
 */
export function textIn({ content }, name, values) {
  const text = find(`[data-word="${name}"]`, HTMLElement, content).textContent;
  return withValues(text.trim(), values);
}

/**
 * A text with values in its places. Numbers are written in `language`, or in the page's language.
 * @param {string} text
 * @param {Values} values
 * @param {string} [language]
 */
export function withValues(text, values, language) {
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? value.toLocaleString(language ?? pageLanguage()) : value;
  });
}

/** The language of the page. */
export const pageLanguage = () => document.documentElement.lang;

/**
 * Shows a text, unless the element shows it already. Without this check, a screen reader would read
 * the same text of a live region aloud again.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function show(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
