// The compose form, made better: lists chosen files, takes files dropped on the page, shows how
// much has been uploaded, and sends once. Without it the form works all the same.
//
// A file that stays in the browser is not in the input: the form goes with what it says of such
// files, and uploads/main.js carries them from there.
//
// Everything hangs on the document, because htmx puts a new form in place after a mistake.

import { readableSize } from "../size.js";
import { begin } from "../uploads/main.js";
import { sha256, workerAt } from "../uploads/sha256.js";
import { withMore } from "./chosen.js";
import { Hashes } from "./hashes.js";
import { declaration, stays } from "./staying.js";

/** @type {File[]} what the list shows: what the input holds, and what stays */
let chosen = [];
/** @type {File[]} those of them that stay in the browser */
let staying = [];
/** @type {Map<File, string>} those that the form has declared, with their SHA-256 */
let declared = new Map();
/** Whether the portal wants every file of this form. */
let areAllWanted = false;
/** @type {Set<File>} those that can't stay, because nobody can tell their SHA-256 here */
const unreadable = new Set();
let isPreparing = false;

/** @param {string} id */
const byId = (id) => document.getElementById(id);

const fileInput = () => /** @type {HTMLInputElement | null} */ (
  document.querySelector("#compose-form input[type=file]")
);
const field = (/** @type {string} */ name) => /** @type {HTMLInputElement | null} */ (
  document.querySelector(`#compose-form [name=${name}]`)
);

const hashes = new Hashes({
  sha256,
  makeWorker: () => workerAt(byId("chosen").dataset.sha256Worker)(),
  changed: drawReading,
  failed(file) {
    unreadable.add(file);
    choose(chosen);
  },
});

/** @param {File} file */
function isToStay(file) {
  const { delivery, directOver } = byId("compose-form").dataset;
  const isScheduled = Boolean(field("due_at")?.value);
  const hasCover = Boolean(field("cover")?.value);
  const rules = { delivery, over: Number(directOver), isScheduled, hasCover };
  return !areAllWanted && !unreadable.has(file) && stays(file, rules);
}

/**
 * Puts files into the input, which is what is posted, but for those that stay; and lists them all.
 * @param {File[]} files
 */
function choose(files) {
  chosen = files;
  staying = chosen.filter(isToStay);
  const transfer = new DataTransfer();
  for (const file of chosen) if (!staying.includes(file)) transfer.items.add(file);
  fileInput().files = transfer.files;
  hashes.want(staying);
  draw();
}

function draw() {
  const list = byId("chosen");
  list.hidden = chosen.length === 0;
  list.replaceChildren(...chosen.map(rowOf));
}

/** @param {File} file */
function rowOf(file) {
  const row = /** @type {HTMLTemplateElement} */ (byId("chosen-row"));
  const drawn = /** @type {DocumentFragment} */ (row.content.cloneNode(true));
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (
    drawn.querySelector(`[data-${name}]`)
  );
  part("name").textContent = file.name;
  part("size").textContent = readableSize(file.size, document.documentElement.lang);
  part("too-large").hidden = file.size <= Number(byId("chosen").dataset.maxMb) * 1024 ** 2;
  part("stays").hidden = !staying.includes(file) || !part("too-large").hidden;
  const button = drawn.querySelector("button");
  button.setAttribute("aria-label", `${button.textContent.trim()} ${file.name}`);
  button.addEventListener("click", () => {
    choose(chosen.filter((other) => other !== file));
    fileInput().focus();
  });
  return drawn;
}

function drawReading() {
  const { percent } = hashes;
  if (byId("reading")) byId("reading").hidden = percent === null;
  if (byId("read")) /** @type {HTMLProgressElement} */ (byId("read")).value = percent ?? 100;
}

function start() {
  const hint = byId("drop-hint");
  if (hint) hint.hidden = false;
  // What stays is still there after a mistake; a browser may bring the others back after a reload.
  if (fileInput()) choose(withMore(staying, fileInput().files));
}

document.addEventListener("change", (event) => {
  if (event.target === fileInput()) choose(withMore(chosen, fileInput().files));
  else if ([field("due_at"), field("cover")].includes(event.target)) choose(chosen);
});

// Dropping: the whole page is the target, so that nobody has to aim.
const carriesFiles = (/** @type {DragEvent} */ event) =>
  fileInput() !== null && event.dataTransfer.types.includes("Files");

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  byId("drop").classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) byId("drop")?.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  byId("drop").classList.remove("is-over");
  choose(withMore(chosen, event.dataTransfer.files));
});

// Sending: one at a time, and visibly.
/** @param {boolean} isSending */
function showSending(isSending) {
  for (const button of document.querySelectorAll("#compose-form .btn")) {
    /** @type {HTMLButtonElement} */ (button).disabled = isSending;
  }
  byId("sending").hidden = !isSending || fileInput().files.length === 0;
}

const isOurs = (/** @type {Event} */ event) =>
  /** @type {CustomEvent} */ (event).detail.elt?.id === "compose-form";

// The form waits until it can say what stays.
document.addEventListener("htmx:confirm", async (event) => {
  if (!isOurs(event)) return;
  const { issueRequest, triggeringEvent } = /** @type {CustomEvent} */ (event).detail;
  if (isPreparing) return event.preventDefault();
  const pressed = triggeringEvent?.submitter;
  // A button that is disabled while the form is prepared has no say any more: this has it for it.
  field("answered").value = pressed?.name === "answered" ? pressed.value : "";
  field("declared").value = "";
  if (staying.length === 0 || pressed?.name === "remove") return;
  event.preventDefault();
  isPreparing = true;
  showSending(true);
  declared = await hashes.all();
  field("declared").value = await declaration(chosen, declared);
  isPreparing = false;
  issueRequest(true);
});
document.addEventListener("htmx:beforeSend", (event) => {
  if (isOurs(event)) showSending(true);
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const { lengthComputable, loaded, total } = /** @type {CustomEvent} */ (event).detail;
  if (!isOurs(event) || !lengthComputable || byId("sending") === null) return;
  const percent = Math.floor((100 * loaded) / total);
  /** @type {HTMLProgressElement} */ (byId("sent")).value = percent;
  byId("sent-words").textContent = `${percent} %`;
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:sendAbort"]) {
  document.addEventListener(failure, (event) => {
    if (isOurs(event)) showSending(false);
  });
}
// Taken, with targets for what stays: htmx puts the fax's page in place of the form.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = /** @type {CustomEvent} */ (event).detail;
  const location = isOurs(event) && xhr.getResponseHeader("HX-Location");
  if (!location) return;
  const files = new Map([...declared].map(([file, name]) => [name, file]));
  begin(JSON.parse(location), JSON.parse(xhr.responseText), files);
  chosen = staying = [];
  declared = new Map();
});
// The portal has to carry this fax: the same form once more, with every file. When this request is
// over, since the form sends one at a time.
document.addEventListener("files-wanted", () => {
  areAllWanted = true;
  choose(chosen);
  setTimeout(() => /** @type {any} */ (window).htmx.trigger("#compose-form", "submit"));
});
// A new form stands there: what was chosen is attached by now, or was told to be wrong.
document.addEventListener("htmx:afterSettle", start);
// Back from the next page: the old form is usable again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && byId("sending")) showSending(false);
});

start();
