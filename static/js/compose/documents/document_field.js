// The documents of the compose form: each file goes to the portal as soon as it is there, has a row
// with its own progress, and can be moved, replaced and removed. What stays in the browser is in the
// same list, and goes from there when the form is sent: see staying.js and main.js.
//
// Everything hangs on the document, because htmx puts a new form in place after a mistake.

import { csrfToken } from "../../faxes/upload/upload_api.js";
import { realClock, transfer } from "../../lib/upload_request.js";
import { sha256, workerAt } from "../../lib/sha256.js";
import { formCopy, nameDraft } from "../draft/main.js";
import { DraftDocuments } from "./documents_api.js";
import { Entries } from "./document_list.js";
import { Hashes } from "./file_hashes.js";
import { letMove } from "./sortable_rows.js";
import { draw, entryOf, nameOf, rowOf } from "./document_rows.js";
import { stays } from "./client_files.js";
import { choose, takeDropped, takePasted } from "./file_intake.js";
import { Uploads } from "./upload_queue.js";

/** @typedef {import("./document_list.js").Entry} Entry */

const entries = new Entries();
/** Whether the portal wants every file of this form. */
let areAllWanted = false;
/** @type {Set<File>} those that can't stay, because nobody can tell their SHA-256 here */
const unreadable = new Set();
/** The list that is shown, by the draft's version: an older answer may come later. */
let version = -1;
/** The documents in the portal's order, as it was shown last. @type {number[]} */
let known = [];
let isDrawing = false;
/** Called when an upload moves on. */
let watch = () => {};

/** @param {string} id */
const byId = (id) => document.getElementById(id);
const settings = () => byId("documents").dataset;
const fileInput = () => /** @type {HTMLInputElement | null} */ (
  document.querySelector("#compose-form input[type=file]")
);
/** What a file can't stay for. @param {"due_at" | "cover"} name */
const field = (name) => /** @type {HTMLInputElement | null} */ (
  document.querySelector(`#compose-form [name=${name}]`)
);

const portal = new DraftDocuments({
  address: () => settings().attach,
  copy: formCopy,
  token: csrfToken,
  transfer,
  ask: (...of) => fetch(...of),
});
const uploads = new Uploads({
  entries,
  send: (entry, how) => portal.attach(entry, { ...how, clock: realClock }),
  changed(outcome) {
    if (outcome?.standing) show(outcome.standing);
    if (outcome) uploads.idle().then(keepOrder);
    drawSoon();
    watch();
  },
});
const hashes = new Hashes({
  sha256,
  makeWorker: () => workerAt(settings().sha256Worker)(),
  changed: drawReading,
  failed(file) {
    unreadable.add(file);
    go();
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

/** Decides what becomes of each file, and sends what goes up. */
function go() {
  if (!fileInput()) return;
  const limits = {
    files: Number(settings().maxFiles),
    bytes: Number(settings().maxMb) * 1024 ** 2,
    isToStay,
  };
  entries.judge(limits);
  hashes.want(entries.in("stays").map(({ file }) => file));
  for (const entry of entries.in("stays").filter(({ replaces }) => replaces !== null)) {
    change({ remove: [entry.replaces] });
    entry.replaces = null;
  }
  uploads.start();
  drawSoon();
}

/** @param {Iterable<File>} files @param {Entry} [instead] */
function take(files, instead) {
  say("");
  entries.add(files, instead);
  go();
}

/** @param {string} sentence */
function say(sentence) {
  byId("documents-say").textContent = sentence;
}

/** Draws with the next picture that the screen shows: progress comes more often than that. */
function drawSoon() {
  if (isDrawing) return;
  isDrawing = true;
  queueMicrotask(() => {
    isDrawing = false;
    if (byId("chosen")) draw(entries);
  });
}

function drawReading() {
  const { percent } = hashes;
  if (byId("reading")) byId("reading").hidden = percent === null;
  if (byId("read")) /** @type {HTMLProgressElement} */ (byId("read")).value = percent ?? 100;
}

/**
 * Puts in place what the portal says of its documents, and of the draft.
 * @param {Partial<import("./documents_api.js").Standing>} standing
 */
function show({ list = "", saved = "", notices = [] }) {
  if (saved) byId("saved")?.replaceWith(parsed(saved, "saved"));
  if (notices.length > 0) say(notices.join(" "));
  const fresh = parsed(list, "attached");
  if (!fresh || !byId("attached") || Number(fresh.dataset.version) < version) return;
  version = Number(fresh.dataset.version);
  const focused = document.activeElement;
  const wasIn = byId("attached").contains(focused);
  byId("attached").replaceWith(fresh);
  /** @type {any} */ (window).htmx.process(fresh); // it asks for the time on the line
  nameDraft();
  readList();
  draw(entries);
  if (!wasIn) return;
  const again = focused.id && byId(focused.id);
  if (again) again.focus();
  else if (byId("attached").contains(focused)) /** @type {HTMLElement} */ (focused).focus();
  else fileInput().focus();
}

/** @param {string} fragment @param {string} id */
function parsed(fragment, id) {
  const found = new DOMParser().parseFromString(fragment, "text/html").getElementById(id);
  return found && document.adoptNode(found);
}

const idsShown = () => [...document.querySelectorAll("#chosen [data-document]")].map((row) =>
  Number(/** @type {HTMLElement} */ (row).dataset.document),
);

/** Takes up what the portal's list has. */
function readList() {
  known = idsShown();
  entries.hold(known);
}

/** @param {{order?: number[], remove?: number[]}} changes */
async function change(changes) {
  const standing = await portal.arrange(changes);
  if (standing) show(standing);
  else byId("trouble").hidden = false;
  go();
  return standing !== null;
}

const isInOrder = () => entries.order.length < 2 || String(entries.order) === String(known);

/** Files arrive as they can, and are moved meanwhile: the portal gets their order afterwards. */
async function keepOrder() {
  return isInOrder() || change({ order: entries.order });
}

// For main.js, which sends the form.

/** @param {() => void} call whenever an upload moves on */
export function onProgress(call) {
  watch = call;
}
/** Whether the form can go at once. */
export const isSettled = () => uploads.isIdle && onTheWay().length === 0 && isInOrder();
const onTheWay = () => [...entries.in("waiting"), ...entries.in("lost"), ...entries.in("signed out")];
/** How much of what travels has left. */
export const percent = () => uploads.percent;

/** Waits until every file is where it belongs; whether all are. */
export async function settle() {
  uploads.retry();
  await uploads.idle();
  if (!(await keepOrder())) return false;
  const [first] = onTheWay();
  if (first) /** @type {HTMLElement} */ (rowOf(first)?.querySelector("[data-again]"))?.focus();
  return first === undefined;
}

/** What stays, in its place: files with how many documents of the portal's come before each. */
export function staying() {
  const held = (/** @type {Entry} */ entry) =>
    entries.all.slice(0, entries.all.indexOf(entry)).filter(({ state }) => state === "held").length;
  return entries.in("stays").map((entry) => ({ file: entry.file, after: held(entry) }));
}
export const hashesOfStaying = () => hashes.all();

/** Files of which the form says that they are not attached: its answer tells the person. */
let told = /** @type {Entry[]} */ ([]);

/** Puts into the form what it brings along itself. */
export function fillIn() {
  const transfer = new DataTransfer();
  for (const { file } of entries.in("too late")) transfer.items.add(file);
  fileInput().files = transfer.files;
  const untold = entries.untold;
  /** @type {HTMLInputElement} */ (document.querySelector("#compose-form [name=unattached]")).value =
    untold.map(({ file }) => file.name).join("\n");
  told = untold;
}

/** The portal has to carry this fax: every file goes up. */
export function wantAll() {
  areAllWanted = true;
  go();
}

/** Another fax begins. */
export function forget() {
  entries.all = [];
}

// What people do.

const isThere = () => fileInput() !== null;
const takes = {
  isThere,
  take,
  refuseFolder: (/** @type {string} */ name) => say(settings().folder.replace("{name}", name)),
};
takeDropped(takes);
takePasted(takes);

document.addEventListener("change", (event) => {
  if (event.target === fileInput()) {
    const files = [...fileInput().files];
    fileInput().value = "";
    take(files);
  } else if (event.target === field("due_at") || event.target === field("cover")) go();
});

document.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target : null;
  if (pressed?.closest("#take-photo")) choose({ accept: "image/*", capture: "environment" }, take);
  const row = pressed?.closest("#chosen > li");
  const entry = row && entryOf(row, entries.all);
  if (!entry) return;
  if (pressed.closest("[data-replace]")) {
    choose({ accept: fileInput().accept }, (files) => take(files.slice(0, 1), entry));
  } else if (pressed.closest("[data-again]")) uploads.retry();
  else if (pressed.closest("[data-remove]")) {
    event.preventDefault();
    change({ remove: [entry.document] });
  } else if (pressed.closest("[data-drop], [data-cancel]")) {
    uploads.drop(entry);
    fileInput().focus();
    go();
  }
});

letMove({
  list: () => byId("chosen"),
  itemOf: (row) => entryOf(row, entries.all),
  rowOf,
  move(entry, place) {
    const hasMoved = entries.move(entry, place);
    if (hasMoved) draw(entries);
    return hasMoved;
  },
  moved(entry) {
    const place = String(entries.all.indexOf(entry) + 1);
    const words = settings().moved.replace("{name}", nameOf(entry)).replace("{place}", place);
    say(words.replace("{count}", String(entries.all.length)));
    uploads.idle().then(keepOrder);
  },
});

document.addEventListener("draft:elsewhere", () => void change({}));
window.addEventListener("online", () => uploads.retry());
window.addEventListener("beforeunload", (event) => {
  if (!uploads.isIdle) event.preventDefault();
});

/** The form that stands here. @type {Element | null} */
let begun = null;

function start() {
  const form = byId("compose-form");
  if (form === begun) return;
  begun = form;
  if (!form) return;
  for (const entry of told) entry.wasTold = true;
  told = [];
  // What went with the form before is attached by now.
  for (const entry of entries.in("too late")) entries.remove(entry);
  byId("drop-hint").hidden = false;
  byId("take-photo").hidden = !window.matchMedia("(pointer: coarse)").matches;
  version = Number(byId("attached").dataset.version);
  readList();
  // A browser may bring files back after a reload.
  if (fileInput().files.length > 0) take(fileInput().files);
  fileInput().value = "";
  go();
}

document.addEventListener("htmx:afterSettle", start);
start();
