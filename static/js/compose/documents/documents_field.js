// The documents of the compose form. Each file is uploaded to the portal as soon as it is added. A
// file that stays in the browser is in the same list, and is uploaded after the form is sent: see
// client_files.js.

import { realClock } from "../../lib/clock.js";
import { csrfToken } from "../../lib/csrf_token.js";
import { dataOf, elementFromHtml, find, findOptional } from "../../lib/dom.js";
import { sha256, workerAt } from "../../lib/sha256.js";
import { sendUpload } from "../../lib/upload_request.js";
import { formCopy } from "../draft/draft_form.js";
import { replaceAttachedList, startAttachedList } from "./attached_list.js";
import { staysInBrowser } from "./client_files.js";
import { DocumentList, fileOf } from "./document_list.js";
import { drawRows, idsOnPage, rowOf } from "./document_list_view.js";
import { DocumentsApi } from "./documents_api.js";
import { FileHashes } from "./file_hashes.js";
import { UploadQueue } from "./upload_queue.js";

/**
 * @typedef {import("./document_list.js").Entry} Entry
 * @typedef {import("./documents_api.js").DocumentsStatus} DocumentsStatus
 */

/** The documents of the form, in their order. */
export const list = new DocumentList();
/** Whether every file of this form has to be uploaded to the portal. */
let mustUploadAll = false;
/** @type {Set<File>} files that can't stay, because this browser can't compute their SHA-256 */
const unreadable = new Set();
/** @type {number[]} the documents in the order that the portal answered last */
let orderOfPortal = [];
/** @type {Entry[]} files that the form reports as not attached */
let reported = [];
let isDrawScheduled = false;
/** @type {() => void} called when an upload makes progress */
let onProgress = () => {};

const field = () => find("#documents");
/** The form's own input for files. Throws if the page has none: see `isOpen`. */
export const fileInput = () => find("#compose-form input[type=file]", HTMLInputElement);
/** Whether the page has a form that takes files. */
export const isOpen = () => findOptional("#compose-form input[type=file]") !== null;

const api = new DocumentsApi({
  address: () => dataOf(field(), "attach"),
  copy: formCopy,
  token: csrfToken,
  sendUpload,
  fetch: (url, request) => fetch(url, request),
});
/** The uploads of the form's files to the portal. */
export const uploads = new UploadQueue({
  list,
  attach: (file, replaces, options) => api.attach(file, replaces, { ...options, clock: realClock }),
  onChange(outcome) {
    if (outcome?.status) showStatus(outcome.status);
    if (outcome) keepOrderWhenIdle();
    scheduleDraw();
    onProgress();
  },
});
const hashes = new FileHashes({
  sha256,
  makeWorker: () => workerAt(dataOf(field(), "sha256Worker"))(),
  onChange: drawReading,
  onFailure(file) {
    unreadable.add(file);
    refresh();
  },
});

/** Begins to manage the documents of a form that is new on the page. */
export function start() {
  for (const entry of reported) entry.isReported = true;
  reported = [];
  // The portal has received these files with the form.
  for (const entry of list.withState("too late")) list.remove(entry);
  startAttachedList();
  readOrder();
  const input = fileInput();
  // After a reload, a browser may restore the chosen files.
  if (input.files?.length) addFiles(input.files);
  input.value = "";
  refresh();
}

/**
 * Adds files, at the end or in place of an entry, and starts their uploads.
 * @param {Iterable<File>} files
 * @param {Entry} [instead]
 */
export function addFiles(files, instead) {
  announce("");
  list.add(files, instead);
  refresh();
}

/** Decides for each file whether it is uploaded or stays, and starts uploads. */
export function refresh() {
  if (!isOpen()) return;
  list.applyLimits({
    files: Number(dataOf(field(), "maxFiles")),
    bytes: Number(dataOf(field(), "maxMb")) * 1024 ** 2,
    isToStay,
  });
  const staying = list.withState("stays");
  hashes.setFiles(staying.map(fileOf));
  for (const entry of staying) {
    if (entry.replaces !== null) void arrange({ remove: [entry.replaces] });
    entry.replaces = null;
  }
  uploads.start();
  scheduleDraw();
}

/** @param {File} file */
function isToStay(file) {
  const { delivery = "", directOver } = find("#compose-form").dataset;
  const isScheduled = Boolean(valueOf("due_at"));
  const hasCover = Boolean(valueOf("cover"));
  const rules = { delivery, over: Number(directOver), isScheduled, hasCover };
  return !mustUploadAll && !unreadable.has(file) && staysInBrowser(file, rules);
}

/** @param {"due_at" | "cover"} name of a field of the form */
function valueOf(name) {
  const element = findOptional(`#compose-form [name=${name}]`);
  return element && "value" in element ? element.value : "";
}

/**
 * Removes documents or changes their order at the portal. Without changes, asks for their status.
 * @param {{order?: number[], remove?: number[]}} changes
 * @returns {Promise<boolean>} whether the portal answered
 */
export async function arrange(changes) {
  const status = await api.arrange(changes);
  if (status) showStatus(status);
  else find("#trouble").hidden = false;
  refresh();
  return status !== null;
}

/**
 * Tells the portal the order of the documents. Files arrive in any order, and the person may move
 * them meanwhile.
 * @returns {Promise<boolean>} whether the portal has the order
 */
async function keepOrder() {
  return isInOrder() || arrange({ order: list.order });
}

/** Tells the portal the order of the documents once no upload runs. */
export function keepOrderWhenIdle() {
  void uploads.idle().then(keepOrder);
}

const isInOrder = () => list.order.length < 2 || String(list.order) === String(orderOfPortal);

function readOrder() {
  orderOfPortal = idsOnPage();
  list.setHeld(orderOfPortal);
}

// What the page shows.

/** @param {Partial<DocumentsStatus>} status */
function showStatus({ list: html = "", saved = "", notices = [] }) {
  const savedElement = elementFromHtml(saved, "saved");
  if (savedElement) findOptional("#saved")?.replaceWith(savedElement);
  if (notices.length > 0) announce(notices.join(" "));
  replaceAttachedList(html, () => {
    readOrder();
    drawRows(list);
  });
}

/**
 * Shows a sentence, which a screen reader reads aloud.
 * @param {string} sentence an empty text removes the previous sentence
 */
export function announce(sentence) {
  find("#documents-say").textContent = sentence;
}

/** Draws once after all changes of this moment, because progress is reported very often. */
function scheduleDraw() {
  if (isDrawScheduled) return;
  isDrawScheduled = true;
  queueMicrotask(() => {
    isDrawScheduled = false;
    if (findOptional("#chosen")) drawRows(list);
  });
}

function drawReading() {
  const place = findOptional("#reading");
  if (!place) return;
  place.hidden = hashes.percent === null;
  find("#read", HTMLProgressElement).value = hashes.percent ?? 100;
}

// What the form needs before it is sent.

/**
 * Sets the function that is called whenever an upload makes progress.
 * @param {() => void} call
 */
export function watchProgress(call) {
  onProgress = call;
}

const unfinished = () => list.withState("waiting", "lost", "signed out");

/** Whether the form can be sent at once. */
export const isReady = () => uploads.isIdle && unfinished().length === 0 && isInOrder();

/**
 * Waits until every file is at the portal or stays in the browser. Tries failed uploads again. If
 * an upload fails again, the button that repeats it gets the focus.
 * @returns {Promise<boolean>} whether the form can be sent
 */
export async function whenReady() {
  uploads.retry();
  await uploads.idle();
  if (!(await keepOrder())) return false;
  const [first] = unfinished();
  if (!first) return true;
  const row = rowOf(first);
  if (row) findOptional("[data-again]", HTMLElement, row)?.focus();
  return false;
}

/**
 * The files that stay in the browser.
 * @returns {import("./client_files.js").ClientFile[]} in the order of the list
 */
export function clientFiles() {
  const heldBefore = (/** @type {Entry} */ entry) =>
    list.all.slice(0, list.all.indexOf(entry)).filter(({ state }) => state === "held").length;
  const staying = list.withState("stays");
  return staying.map((entry) => ({ file: fileOf(entry), after: heldBefore(entry) }));
}

/**
 * Waits for the SHA-256 of the files that stay in the browser.
 * @returns {Promise<Map<File, string>>}
 */
export const clientFileHashes = () => hashes.all();

/** Puts files that go with the form, and the names of files that aren't attached, into the form. */
export function fillForm() {
  const transfer = new DataTransfer();
  for (const entry of list.withState("too late")) transfer.items.add(fileOf(entry));
  fileInput().files = transfer.files;
  reported = list.unreported;
  const names = reported.map((entry) => fileOf(entry).name);
  find("#compose-form [name=unattached]", HTMLInputElement).value = names.join("\n");
}

/** Uploads every file to the portal. From now on, no file stays in the browser. */
export function uploadAll() {
  mustUploadAll = true;
  refresh();
}

/** Empties the list for another fax. */
export function clear() {
  list.all = [];
}
