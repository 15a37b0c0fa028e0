// Draws the list of a form's documents: the portal's rows, and between them rows of files that the
// portal does not hold. The row of an entry stays the same element, so that it keeps the focus.

import { find, findAll, findOptional } from "../../lib/dom.js";
import { readableSize } from "../../lib/file_size.js";
import { percent } from "../../lib/percent.js";
import { pageLanguage, textOf } from "../../lib/translations.js";
import { fileOf } from "./document_list.js";

/** @typedef {import("./document_list.js").Entry} Entry */

/** @type {WeakMap<Entry, HTMLElement>} the rows of files that the portal does not hold */
const fileRows = new WeakMap();

/**
 * The row of an entry; null if it was not drawn so far.
 * @param {Entry} entry
 */
export function rowOf(entry) {
  if (entry.document === null) return fileRows.get(entry) ?? null;
  return findOptional(`#chosen [data-document="${entry.document}"]`);
}

/**
 * The entry whose row this is; undefined if the row belongs to no entry.
 * @param {Element | null} row
 * @param {readonly Entry[]} entries
 */
export const entryOf = (row, entries) => entries.find((entry) => rowOf(entry) === row);

/**
 * The file name of an entry; empty if it is not known.
 * @param {Entry} entry
 */
export const nameOf = (entry) => entry.file?.name ?? rowOf(entry)?.dataset.fileName ?? "";

/** The ids of the portal's documents, in the order of the page. */
export const idsOnPage = () =>
  findAll("#chosen [data-document]").map((row) => Number(row.dataset.document));

/**
 * Draws the row of each entry in the order of the list, and how many documents the fax has.
 * @param {import("./document_list.js").DocumentList} documents
 */
export function drawRows(documents) {
  const list = find("#chosen");
  const focused = document.activeElement;
  const rows = documents.all.flatMap((entry) => (entry.file ? fileRow(entry) : rowOf(entry)) ?? []);
  if (rows.length !== list.children.length || rows.some((row, at) => row !== list.children[at])) {
    list.replaceChildren(...rows);
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
  }
  rows.forEach((row, at) => drawButtons(row, at, rows.length));
  const count = find("#documents-count");
  find("[data-places]", HTMLElement, count).textContent = String(documents.count);
  count.hidden = documents.count === 0;
}

/**
 * @param {HTMLElement} row
 * @param {number} at
 * @param {number} count
 */
function drawButtons(row, at, count) {
  const up = find("[data-up]", HTMLButtonElement, row);
  const down = find("[data-down]", HTMLButtonElement, row);
  const focused = document.activeElement;
  up.disabled = at === 0;
  down.disabled = at === count - 1;
  up.hidden = down.hidden = count < 2;
  const state = row.dataset.fileRow;
  find("[data-replace]", HTMLElement, row).hidden = state === "travelling" || state === "waiting";
  // If a button had the focus and is disabled now, its neighbour gets the focus.
  if (focused === up && up.disabled) down.focus();
  if (focused === down && down.disabled) up.focus();
}

/** @param {Entry} entry */
function fileRow(entry) {
  const file = fileOf(entry);
  const row = fileRows.get(entry) ?? newRow(file);
  fileRows.set(entry, row);
  row.dataset.fileRow = entry.state;
  for (const said of findAll("[data-says]", HTMLElement, row)) {
    said.hidden = said.dataset.says !== entry.state;
  }
  const part = (/** @type {string} */ name) => find(`[data-${name}]`, HTMLElement, row);
  const isUnderWay = entry.state === "travelling" || entry.state === "waiting";
  const sent = percent(entry.sent, file.size);
  part("percent").textContent = `${sent} %`;
  part("progress").hidden = entry.state !== "travelling";
  find("[data-progress]", HTMLProgressElement, row).value = sent;
  if (entry.sentence) part("sentence").textContent = entry.sentence;
  part("again").hidden = entry.state !== "lost" && entry.state !== "signed out";
  part("cancel").hidden = !isUnderWay;
  part("drop").hidden = isUnderWay;
  return row;
}

/** @param {File} file */
function newRow(file) {
  const { content } = find("#chosen-row", HTMLTemplateElement);
  const row = find("li", HTMLElement, document.importNode(content, true));
  find("[data-name]", HTMLElement, row).textContent = file.name;
  find("[data-size]", HTMLElement, row).textContent = readableSize(file.size, pageLanguage());
  for (const button of findAll("[data-label]", HTMLElement, row)) {
    button.setAttribute("aria-label", textOf(button, "label", { name: file.name }));
  }
  return row;
}
