// Saves a list as CSV, and counts the rows while they arrive. Without this script the form is a
// download. Knows nothing of what the columns mean.

import { find } from "../lib/dom.js";
import { show, textOf } from "../lib/translations.js";

/** The CR at the end of each row. No cell has a CR. */
const END_OF_ROW = 13;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.id !== "export") return;
  event.preventDefault();
  void save(form);
});

/** @param {HTMLFormElement} form */
async function save(form) {
  const button = find("button", HTMLButtonElement, form);
  const state = find("[role=status]", HTMLElement, form);
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) query.append(name, String(value));
  rememberColumns(query.getAll("columns"));
  button.disabled = true;
  try {
    const response = await fetch(`${form.action}?${query}`);
    if (!response.ok || response.redirected || !response.body) throw new Error("not the list");
    const { chunks, rows, bytes } = await read(response.body, (rows, bytes) => {
      showCount(state, "working", rows, bytes);
    });
    download(new Blob(chunks, { type: "text/csv" }), fileNameOf(response));
    showCount(state, "done", rows, bytes);
  } catch {
    state.textContent = textOf(state, "failed");
  } finally {
    button.disabled = false;
  }
}

/**
 * Reads the body to its end and counts its rows, without the first row, which has the headings.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @param {(rows: number, bytes: number) => void} onProgress
 */
async function read(body, onProgress) {
  const reader = body.getReader();
  const chunks = [];
  let rows = -1;
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { chunks, rows: Math.max(rows, 0), bytes };
    chunks.push(value);
    bytes += value.length;
    for (const byte of value) if (byte === END_OF_ROW) rows += 1;
    onProgress(Math.max(rows, 0), bytes);
  }
}

/**
 * @param {HTMLElement} state
 * @param {"working" | "done"} text
 * @param {number} rows
 * @param {number} bytes
 */
function showCount(state, text, rows, bytes) {
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
  show(state, textOf(state, text, { rows: rows.toLocaleString(), size }));
}

/**
 * Keeps the chosen columns in the page's address.
 * @param {string[]} columns
 */
function rememberColumns(columns) {
  const address = new URL(location.href);
  address.searchParams.delete("columns");
  for (const column of columns) address.searchParams.append("columns", column);
  history.replaceState(history.state, "", address);
}

/** @param {Response} response */
function fileNameOf(response) {
  const disposition = response.headers.get("Content-Disposition") ?? "";
  return /filename="([^"]+)"/.exec(disposition)?.[1] ?? "faxes.csv";
}

/**
 * @param {Blob} file
 * @param {string} name
 */
function download(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
