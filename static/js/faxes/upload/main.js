// A fax's page, for its sender while the browser carries its files. The compose form begins it
// (`begin`) without leaving the document, so the files stay in memory; a page that was opened anew
// is given them again by the person. Nothing of a file, and no target, outlives the page.
//
// Everything hangs on the document, because htmx puts the fax's page in place of the form.

import { draw, forgetNotes, note, sentOf, showReading } from "./upload_panel.js";
import { Carrier, mayBeNeeded } from "./uploader.js";
import { match } from "./match_files.js";
import { Portal } from "./upload_api.js";
import { Speed, percent } from "./speed.js";
import { sha256, workerAt } from "../../lib/sha256.js";
import { put, realClock } from "../../lib/upload_request.js";

/** Milliseconds until the fax's page is asked for again, where it did not come. */
const SOON = 2_000;

/** @type {Carrier | null} */
let carrier = null;
/** The page of the fax that is carried. */
let address = "";
let speed = new Speed();
/** How the fax stands, by who said it last: the page, or the carrier. */
let standing = told();
let isDrawing = false;
/** htmx's way to the fax's page, until it is there. @type {{path: string} | null} */
let onTheWay = null;

const block = () => document.getElementById("direct");

/**
 * Goes on with a fax whose form was just taken. htmx puts its page in place meanwhile.
 * @param {{path: string}} location htmx's way there
 * @param {import("./upload_api.js").Standing} standing with targets
 * @param {Map<string, File>} files by SHA-256
 */
export function begin(location, standing, files) {
  onTheWay = location;
  carrierOf(location.path).carry(files, standing);
}

/** @param {string} path of the fax's page */
function carrierOf(path) {
  if (carrier && address === path && !carrier.isOver) return carrier;
  address = path;
  speed = new Speed();
  carrier = new Carrier({
    portal: new Portal(path),
    put,
    clock: realClock,
    changed: drawSoon,
    note: ({ kind, name, sentence }) => note(kind, name, sentence),
  });
  return carrier;
}

/** How the fax stands, by the page as it was rendered last. */
function told() {
  const standing = document.getElementById("fax-parts")?.dataset.standing;
  return standing ? JSON.parse(standing) : { state: "over", sentence: "", documents: [] };
}

/** Draws with the next picture that the screen shows: progress comes more often than that. */
function drawSoon() {
  if (carrier?.isUnderWay && carrier.standing) standing = carrier.standing;
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    if (carrier?.isUnderWay) speed.saw(performance.now(), sentOf(standing, carrier));
    if (block()) draw(standing, carrier, speed);
  });
}

/** Takes files that a person brings to a page that lacks them. @param {Iterable<File>} files */
async function bring(files) {
  const chosen = [...files];
  const size = chosen.reduce((all, file) => all + file.size, 0);
  let before = 0;
  forgetNotes();
  showReading(0);
  const makeWorker = workerAt(block().dataset.sha256Worker);
  const named = async (/** @type {File} */ file) => {
    const onProgress = (/** @type {number} */ read) => showReading(percent(before + read, size));
    const name = await sha256(file, { makeWorker, onProgress });
    before += file.size;
    return name;
  };
  const wanted = standing.documents.filter(mayBeNeeded);
  const { found, strangers, unreadable } = await match(chosen, wanted, named);
  showReading(null);
  for (const { name } of strangers) note("stranger", name);
  for (const { name } of unreadable) note("unreadable", name);
  if (found.size > 0) carrierOf(block().dataset.address).carry(found);
}

/** @param {EventTarget} target */
const isOurInput = (target) => target instanceof HTMLInputElement && target.closest("#direct-form");

document.addEventListener("change", (event) => {
  if (!isOurInput(event.target)) return;
  const input = /** @type {HTMLInputElement} */ (event.target);
  const files = [...input.files];
  input.value = "";
  bring(files);
});

// Dropping: the whole page is the target, so that nobody has to aim.
const takes = (/** @type {DragEvent} */ event) =>
  document.querySelector("#direct:not([hidden]) #direct-form:not([hidden])") !== null &&
  event.dataTransfer.types.includes("Files");

document.addEventListener("dragover", (event) => {
  if (takes(event)) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!takes(event)) return;
  event.preventDefault();
  bring(event.dataTransfer.files);
});

// Cancelling breaks off what runs, so that the portal knows that first.
document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!carrier?.isUnderWay || !form.querySelector("#cancel")) return;
  event.preventDefault();
  carrier.stop().then(() => form.submit());
});

window.addEventListener("online", () => carrier?.nudge());
window.addEventListener("beforeunload", (event) => {
  if (carrier?.isUnderWay) event.preventDefault();
});
// The browser may keep the page for going back: the files are not kept with it.
window.addEventListener("pagehide", () => carrier?.stop());
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  carrier = null;
  start();
});

// htmx. A session that ran out would lead to the sign-in, and away from the files.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = /** @type {CustomEvent} */ (event).detail;
  if (carrier?.isUnderWay && xhr.getResponseHeader("HX-Redirect")) event.preventDefault();
});
document.addEventListener("htmx:afterSettle", () => {
  start();
  if (!onTheWay || !document.getElementById("fax")) return;
  onTheWay = null;
  // What a new document would bring: another place in the menu, and the focus at the start.
  document.querySelector(".masthead [aria-current]")?.removeAttribute("aria-current");
  document.getElementById("content").focus();
});
// Back would put the former page into this document, without asking as every other way out does.
document.addEventListener("htmx:historyCacheMiss", (event) => {
  if (!carrier?.isUnderWay) return;
  event.preventDefault();
  history.pushState({ htmx: true }, "", address);
  location.assign(/** @type {CustomEvent} */ (event).detail.path);
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    const { requestPath } = /** @type {CustomEvent} */ (event).detail.pathInfo;
    if (requestPath !== onTheWay?.path) return;
    const { htmx } = /** @type {any} */ (window);
    setTimeout(() => htmx.ajax("GET", onTheWay.path, { ...onTheWay, push: "true" }), SOON);
  });
}

function start() {
  if (!block()) return;
  for (const plain of document.querySelectorAll("#direct [data-without-script]")) plain.remove();
  if (!carrier?.isUnderWay) standing = told();
  drawSoon();
}

start();
