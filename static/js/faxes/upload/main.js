// Uploads the files of a fax from its sender's browser, on the fax's page. The compose form begins
// the upload (`beginUpload`). htmx then replaces the form by the fax's page. The browser loads no
// new page, so the files stay in memory. Files and targets are kept nowhere else. On a page that
// was opened again, the person chooses the files again.

import { dataOf, find, findAll, findOptional } from "../../lib/dom.js";
import { onHtmx } from "../../lib/htmx.js";
import { realClock } from "../../lib/clock.js";
import { percent } from "../../lib/percent.js";
import { sha256, workerAt } from "../../lib/sha256.js";
import { guardUnload } from "../../lib/unload_guard.js";
import { mayBeNeeded } from "./document_states.js";
import { matchFiles } from "./match_files.js";
import { putToStorage } from "./put_to_storage.js";
import { Speed } from "./speed.js";
import { bytesSent } from "./status_line.js";
import { UploadApi } from "./upload_api.js";
import { addNote, clearNotes, drawPanel, showReading, uploadPanel } from "./upload_panel.js";
import { Uploader } from "./fax_upload.js";

/**
 * @typedef {import("./upload_api.js").UploadStatus} UploadStatus
 * @typedef {{path: string} & HtmxRequestContext} FaxLocation what the portal answers as HX-Location
 */

/** Milliseconds from a request for the fax's page that failed to the next request. */
const RETRY_AFTER = 2_000;

/** @type {Uploader | null} */
let uploader = null;
/** The address of the page of the fax whose files are uploaded. */
let address = "";
let speed = new Speed();
/** The latest status, either from the page or from the uploader. */
let status = statusOnPage();
let isDrawScheduled = false;
/**
 * The location of the fax's page, until htmx has put the page into the browser's document.
 * @type {FaxLocation | null}
 */
let awaited = null;

const isUploading = () => uploader?.isUploading ?? false;

/**
 * Uploads the files of a fax whose form the portal has accepted. Meanwhile htmx fetches the fax's
 * page.
 * @param {FaxLocation} location of the fax's page
 * @param {UploadStatus} status with targets
 * @param {Map<string, File>} files by SHA-256
 */
export function beginUpload(location, status, files) {
  awaited = location;
  void uploaderOf(location.path).upload(files, status);
}

/** @param {string} path of the fax's page */
function uploaderOf(path) {
  if (uploader && address === path && !uploader.isStopped) return uploader;
  address = path;
  speed = new Speed();
  uploader = new Uploader({
    api: new UploadApi(path),
    put: putToStorage,
    clock: realClock,
    onChange: scheduleDraw,
    onFileProblem: ({ kind, name, sentence }) => addNote(kind, name, sentence),
  });
  return uploader;
}

/** @returns {UploadStatus} as the portal rendered it into the page */
function statusOnPage() {
  const json = findOptional("#fax-parts")?.dataset.standing;
  return json ? JSON.parse(json) : { state: "over", sentence: "", documents: [] };
}

/** Draws with the next frame, because progress is reported more often than a screen can show. */
function scheduleDraw() {
  if (uploader?.isUploading && uploader.status) status = uploader.status;
  if (isDrawScheduled) return;
  isDrawScheduled = true;
  requestAnimationFrame(() => {
    isDrawScheduled = false;
    if (isUploading()) speed.add(performance.now(), bytesSent(status, uploader));
    if (uploadPanel()) drawPanel(status, uploader, speed);
  });
}

/**
 * Uploads the chosen files that the fax lacks.
 * @param {readonly File[]} chosen
 */
async function uploadChosen(chosen) {
  const panel = find("#direct");
  const size = chosen.reduce((all, file) => all + file.size, 0);
  let read = 0;
  clearNotes();
  showReading(0);
  const makeWorker = workerAt(dataOf(panel, "sha256Worker"));
  const hashOf = async (/** @type {File} */ file) => {
    const onProgress = (/** @type {number} */ bytes) => showReading(percent(read + bytes, size));
    const hash = await sha256(file, { makeWorker, onProgress });
    read += file.size;
    return hash;
  };
  const wanted = status.documents.filter(mayBeNeeded);
  const { found, strangers, unreadable } = await matchFiles(chosen, wanted, hashOf);
  showReading(null);
  for (const { name } of strangers) addNote("stranger", name);
  for (const { name } of unreadable) addNote("unreadable", name);
  if (found.size > 0) void uploaderOf(dataOf(panel, "address")).upload(found);
}

document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.closest("#direct-form")) return;
  const files = [...(target.files ?? [])];
  target.value = "";
  void uploadChosen(files);
});

/**
 * The dragged files; null if there are none, or if the page takes no files. Files can be dropped
 * anywhere on the page.
 * @param {DragEvent} event
 */
function draggedFiles({ dataTransfer }) {
  if (!findOptional("#direct:not([hidden]) #direct-form:not([hidden])")) return null;
  return dataTransfer?.types.includes("Files") ? [...dataTransfer.files] : null;
}

document.addEventListener("dragover", (event) => {
  if (draggedFiles(event)) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const files = draggedFiles(event);
  if (!files) return;
  event.preventDefault();
  void uploadChosen(files);
});

// When the person cancels the fax, all PUTs are aborted, and the portal first gets their reports.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!uploader?.isUploading || !form.querySelector("#cancel")) return;
  event.preventDefault();
  void uploader.stop().then(() => form.submit());
});

window.addEventListener("online", () => uploader?.retryNow());
guardUnload(isUploading);
// A browser may keep this page in memory to show it again when the person goes back. But it does
// not keep the files.
window.addEventListener("pagehide", () => void uploader?.stop());
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  uploader = null;
  start();
});

// If the session has ended, the redirect to the sign-in page would lose the files.
onHtmx("beforeOnLoad", ({ xhr }, event) => {
  if (isUploading() && xhr.getResponseHeader("HX-Redirect")) event.preventDefault();
});
onHtmx("afterSettle", () => {
  start();
  if (!awaited || !findOptional("#fax")) return;
  awaited = null;
  // As on a page that was just loaded, the menu marks no page, and the focus is at the start.
  findOptional(".masthead [aria-current]")?.removeAttribute("aria-current");
  find("#content").focus();
});
// When the person goes back, htmx would put the former page in place of this page without a
// question. So the browser loads the former page itself, and first asks the person.
onHtmx("historyCacheMiss", ({ path }, event) => {
  if (!isUploading()) return;
  event.preventDefault();
  history.pushState({ htmx: true }, "", address);
  location.assign(path);
});
onHtmx(["sendError", "responseError", "timeout"], ({ pathInfo }) => {
  const wanted = awaited;
  if (!wanted || pathInfo.requestPath !== wanted.path) return;
  setTimeout(() => {
    if (awaited !== wanted) return;
    void window.htmx.ajax("GET", wanted.path, { ...wanted, push: "true" });
  }, RETRY_AFTER);
});

function start() {
  if (!uploadPanel()) return;
  for (const plain of findAll("#direct [data-without-script]")) plain.remove();
  if (!isUploading()) status = statusOnPage();
  scheduleDraw();
}

start();
