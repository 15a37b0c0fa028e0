// The compose form, made better: it goes once, visibly, and when every file is where it belongs.
// Without it the form works all the same.
//
// A file that stays in the browser does not go with the form: that brings what it says of such
// files, and uploads/main.js carries them from there.
//
// Everything hangs on the document, because htmx puts a new form in place after a mistake.

import { begin } from "../faxes/upload/main.js";
import * as documents from "./documents/document_field.js";
import { declaration } from "./documents/client_files.js";

/** @type {Map<File, string>} files that the form has declared, with their SHA-256 */
let declared = new Map();
let isPreparing = false;

/** @param {string} id */
const byId = (id) => document.getElementById(id);

/** @param {boolean} isSending */
function showSending(isSending) {
  for (const button of document.querySelectorAll("#compose-form .btn")) {
    // A row's own buttons stay: what is on its way can be taken back, or tried again.
    if (button.closest("#chosen")) continue;
    /** @type {HTMLButtonElement} */ (button).disabled = isSending;
  }
  if (!isSending) byId("sending").hidden = true;
}

function showProgress() {
  if (!byId("sending") || !isPreparing) return;
  byId("sending").hidden = false;
  showPercent(documents.percent());
}

/** @param {number} percent */
function showPercent(percent) {
  /** @type {HTMLProgressElement} */ (byId("sent")).value = percent;
  byId("sent-words").textContent = `${percent} %`;
}

documents.onProgress(showProgress);

/** Waits for all files; whether the form may go. */
async function prepare() {
  isPreparing = true;
  showSending(true);
  if (!documents.isSettled()) showProgress();
  const isReady = await documents.settle();
  if (isReady) {
    const hashes = await documents.hashesOfStaying();
    const staying = documents.staying();
    declared = new Map(staying.map(({ file }) => [file, hashes.get(file)]));
    const field = /** @type {HTMLInputElement} */ (document.querySelector("#compose-form [name=declared]"));
    field.value = staying.length > 0 ? await declaration(staying, declared) : "";
    documents.fillIn();
  } else {
    showSending(false);
  }
  isPreparing = false;
  return isReady;
}

const isOurs = (/** @type {Event} */ event) =>
  /** @type {CustomEvent} */ (event).detail.elt?.id === "compose-form";

// The form waits until every file is at the portal, or can be declared.
document.addEventListener("htmx:confirm", async (event) => {
  if (!isOurs(event)) return;
  const { issueRequest, triggeringEvent } = /** @type {CustomEvent} */ (event).detail;
  const submitter = triggeringEvent?.submitter;
  if (isPreparing) return event.preventDefault();
  // A button that is disabled while the form is prepared has no say any more: this has it for it.
  const answered = /** @type {HTMLInputElement} */ (
    document.querySelector("#compose-form [name=answered]")
  );
  answered.value = submitter?.name === "answered" ? submitter.value : "";
  if (submitter && !["send", "answered"].includes(submitter.name)) return;
  event.preventDefault();
  if (await prepare()) issueRequest(true);
});
document.addEventListener("htmx:beforeSend", (event) => {
  if (isOurs(event)) showSending(true);
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const { lengthComputable, loaded, total } = /** @type {CustomEvent} */ (event).detail;
  if (!isOurs(event) || !lengthComputable || !byId("sending")) return;
  showPercent(Math.floor((100 * loaded) / total));
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
  documents.forget();
  declared = new Map();
});
// The portal has to carry this fax: the same form once more, when it has every file. When this
// request is over, since the form sends one at a time.
document.addEventListener("files-wanted", () => {
  documents.wantAll();
  setTimeout(() => /** @type {any} */ (window).htmx.trigger("#compose-form", "submit"));
});
// Back from the next page: the old form is usable again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && byId("sending")) showSending(false);
});
