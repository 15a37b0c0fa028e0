// Draws the list of a form's documents: the portal's rows, and between them those of files that it
// does not hold. A row stays the same element while its entry does, so that the focus stays with it.

import { readableSize } from "../../lib/file_size.js";

/** @typedef {import("./document_list.js").Entry} Entry */

/** @type {WeakMap<Entry, HTMLElement>} of the files */
const rows = new WeakMap();

/** @param {string} id */
const byId = (id) => document.getElementById(id);

/** @param {Entry} entry @returns {HTMLElement | null} */
export function rowOf(entry) {
  if (entry.document === null) return rows.get(entry) ?? null;
  return document.querySelector(`#chosen [data-document="${entry.document}"]`);
}

/** @param {Element | null} row @param {readonly Entry[]} entries */
export const entryOf = (row, entries) => entries.find((entry) => rowOf(entry) === row);

/** @param {Entry} entry */
export const nameOf = (entry) => entry.file?.name ?? rowOf(entry)?.dataset.fileName ?? "";

/** @param {import("./document_list.js").Entries} entries */
export function draw(entries) {
  const list = byId("chosen");
  const focused = document.activeElement;
  const wanted = entries.all.map((entry) => (entry.file ? fileRow(entry) : rowOf(entry)));
  const shown = wanted.filter((row) => row !== null);
  if (shown.length !== list.children.length || shown.some((row, at) => row !== list.children[at])) {
    list.replaceChildren(...shown);
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
  }
  shown.forEach((row, at) => drawPlace(row, at, shown.length));
  const count = byId("documents-count");
  count.querySelector("[data-places]").textContent = String(entries.count);
  count.hidden = entries.count === 0;
}

/**
 * @param {HTMLElement} row
 * @param {number} at
 * @param {number} count
 */
function drawPlace(row, at, count) {
  const button = (/** @type {string} */ name) => /** @type {HTMLButtonElement} */ (
    row.querySelector(`[data-${name}]`)
  );
  const [up, down] = [button("up"), button("down")];
  const focused = document.activeElement;
  up.disabled = at === 0;
  down.disabled = at === count - 1;
  up.hidden = down.hidden = count < 2;
  button("replace").hidden = row.dataset.fileRow === "travelling" || row.dataset.fileRow === "waiting";
  // A button that can't be pressed any more gives the focus to its neighbour.
  if (focused === up && up.disabled) down.focus();
  if (focused === down && down.disabled) up.focus();
}

/** @param {Entry} entry */
function fileRow(entry) {
  if (!rows.has(entry)) rows.set(entry, newRow(entry));
  const row = rows.get(entry);
  row.dataset.fileRow = entry.state;
  for (const said of /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll("[data-says]"))) {
    said.hidden = said.dataset.says !== entry.state;
  }
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (
    row.querySelector(`[data-${name}]`)
  );
  const isUnderWay = entry.state === "travelling" || entry.state === "waiting";
  const percent = entry.file.size ? Math.floor((100 * entry.sent) / entry.file.size) : 100;
  part("percent").textContent = `${Math.min(percent, 100)} %`;
  part("progress").hidden = entry.state !== "travelling";
  /** @type {HTMLProgressElement} */ (part("progress")).value = Math.min(percent, 100);
  if (entry.sentence) part("sentence").textContent = entry.sentence;
  part("again").hidden = entry.state !== "lost" && entry.state !== "signed out";
  part("cancel").hidden = !isUnderWay;
  part("drop").hidden = isUnderWay;
  return row;
}

/** @param {Entry} entry */
function newRow({ file }) {
  const template = /** @type {HTMLTemplateElement} */ (byId("chosen-row"));
  const row = /** @type {HTMLElement} */ (
    document.importNode(template.content, true).firstElementChild
  );
  row.querySelector("[data-name]").textContent = file.name;
  row.querySelector("[data-size]").textContent = readableSize(
    file.size,
    document.documentElement.lang,
  );
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll("[data-label]"))) {
    button.setAttribute("aria-label", button.dataset.label.replace("{name}", file.name));
  }
  return row;
}
