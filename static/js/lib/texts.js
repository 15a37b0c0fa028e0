// Translated texts that the page brings along for its scripts. An element has them as `data-`
// attributes, a `<template>` as elements with `data-word`. {name} in a text is a place for a value.

import { dataOf, find } from "./elements.js";

/** @typedef {Record<string, string | number>} Values by the names of their places */

/**
 * A text that an element has as a `data-` attribute. Throws where the element has none.
 * @param {HTMLElement} element
 * @param {string} name in the spelling of `dataset`
 * @param {Values} [values]
 */
export function textOf(element, name, values = {}) {
  return withValues(dataOf(element, name), values);
}

/**
 * A text out of a `<template>` that holds only texts. Throws where the template has no such text.
 * @param {HTMLTemplateElement} template
 * @param {string} name
 * @param {Values} values
 */
export function textIn({ content }, name, values) {
  const text = find(`[data-word="${name}"]`, HTMLElement, content).textContent;
  return withValues(text.trim(), values);
}

/**
 * A text with values in its places; numbers are written in the language of the page.
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
 * Shows a text, unless the element shows it already: a screen reader reads a live region aloud
 * whenever it is written to, even if the text is the same.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function show(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
