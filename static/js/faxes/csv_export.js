// Saving a list as CSV, with the rows that have come so far. Without this the form is a download.
// Knows nothing of what the columns mean.

const END_OF_ROW = 13; // CR: within a cell there is none

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.id !== "export") return;
  event.preventDefault();
  void save(form);
});

/** @param {HTMLFormElement} form */
async function save(form) {
  const button = form.querySelector("button");
  const state = form.querySelector("[role=status]");
  if (!button || !(state instanceof HTMLElement)) return;
  const asked = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  rememberColumns(asked.getAll("columns"));
  button.disabled = true;
  try {
    const response = await fetch(`${form.action}?${asked}`);
    if (!response.ok || response.redirected || !response.body) throw new Error("not the list");
    const { pieces, rows, bytes } = await read(response.body, (rows, bytes) => {
      say(state, state.dataset.working, rows, bytes);
    });
    offer(new Blob(pieces, { type: "text/csv" }), nameOf(response));
    say(state, state.dataset.done, rows, bytes);
  } catch {
    state.textContent = state.dataset.failed ?? "";
  } finally {
    button.disabled = false;
  }
}

/**
 * The body to its end, with its rows counted; the first one is the heads.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @param {(rows: number, bytes: number) => void} tell
 */
async function read(body, tell) {
  const reader = body.getReader();
  const pieces = [];
  let rows = -1;
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { pieces, rows: Math.max(rows, 0), bytes };
    pieces.push(value);
    bytes += value.length;
    for (const byte of value) if (byte === END_OF_ROW) rows += 1;
    tell(Math.max(rows, 0), bytes);
  }
}

/**
 * @param {HTMLElement} state
 * @param {string | undefined} words
 * @param {number} rows
 * @param {number} bytes
 */
function say(state, words, rows, bytes) {
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
  const said = (words ?? "").replace("{rows}", rows.toLocaleString()).replace("{size}", size);
  if (state.textContent !== said) state.textContent = said;
}

/** @param {string[]} columns */
function rememberColumns(columns) {
  const address = new URL(location.href);
  address.searchParams.delete("columns");
  for (const column of columns) address.searchParams.append("columns", column);
  history.replaceState(history.state, "", address);
}

/** @param {Response} response */
function nameOf(response) {
  const said = response.headers.get("Content-Disposition") ?? "";
  return /filename="([^"]+)"/.exec(said)?.[1] ?? "faxes.csv";
}

/**
 * @param {Blob} file
 * @param {string} name
 */
function offer(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
