// Sends the compose form once, and shows the progress. First it waits until every file is at the
// portal or can be declared. Without this script the form is sent as a plain form.
//
// The form does not send a file that stays in the browser. It only declares such files, and
// faxes/upload/ uploads them after the portal has accepted the form.
//
// All listeners are on the document, because htmx replaces the form after a mistake.

import { beginUpload } from "../faxes/upload/main.js";
import { find, findAll, findOptional } from "../lib/dom.js";
import { onHtmx } from "../lib/htmx.js";
import { declarationOf } from "./documents/client_files.js";
import * as documents from "./documents/documents_field.js";

/** @type {Map<string, File>} the files that the form declared, by SHA-256 */
let declared = new Map();
let isPreparing = false;

/** @param {boolean} isSending */
function showSending(isSending) {
  for (const button of findAll("#compose-form .btn")) {
    // The buttons of a row stay enabled: they remove a file on its way, or try the upload again.
    if (button.closest("#chosen") || !("disabled" in button)) continue;
    button.disabled = isSending;
  }
  if (!isSending) find("#sending").hidden = true;
}

function showProgress() {
  const place = findOptional("#sending");
  if (!place || !isPreparing) return;
  place.hidden = false;
  showPercent(documents.uploads.percent);
}

/** @param {number} percent */
function showPercent(percent) {
  find("#sent", HTMLProgressElement).value = percent;
  find("#sent-words").textContent = `${percent} %`;
}

documents.watchProgress(showProgress);

/**
 * Waits for all files, and fills in what the form declares of them.
 * @returns {Promise<boolean>} whether the form may be sent
 */
async function prepare() {
  isPreparing = true;
  showSending(true);
  if (!documents.isReady()) showProgress();
  const isReady = await documents.whenReady();
  if (isReady) {
    const hashes = await documents.clientFileHashes();
    const clientFiles = documents.clientFiles();
    declared = new Map(clientFiles.flatMap(({ file }) => pairOf(hashes.get(file), file)));
    const declaration = clientFiles.length > 0 ? await declarationOf(clientFiles, hashes) : "";
    hiddenField("declared").value = declaration;
    documents.fillForm();
  } else {
    showSending(false);
  }
  isPreparing = false;
  return isReady;
}

/** @param {string | undefined} hash @param {File} file @returns {[string, File][]} */
const pairOf = (hash, file) => (hash === undefined ? [] : [[hash, file]]);

/** @param {"declared" | "answered"} name */
const hiddenField = (name) => find(`#compose-form [name=${name}]`, HTMLInputElement);

/** @param {{elt?: Element}} detail */
const isOfForm = ({ elt }) => elt?.id === "compose-form";

// The form waits until every file is at the portal or can be declared.
onHtmx("confirm", async (detail, event) => {
  if (!isOfForm(detail)) return;
  if (isPreparing) {
    event.preventDefault();
    return;
  }
  const { issueRequest, triggeringEvent } = detail;
  const submitter = submitterOf(triggeringEvent);
  // While the form is prepared, its buttons are disabled and would not be posted. So a hidden field
  // has the value of the button that confirms.
  hiddenField("answered").value = submitter?.name === "answered" ? submitter.value : "";
  if (submitter && !["send", "answered"].includes(submitter.name)) return;
  event.preventDefault();
  if (await prepare()) issueRequest(true);
});

/** @param {Event | undefined} event */
function submitterOf(event) {
  const submitter = event instanceof SubmitEvent ? event.submitter : null;
  return submitter instanceof HTMLButtonElement ? submitter : null;
}

onHtmx("beforeSend", (detail) => {
  if (isOfForm(detail)) showSending(true);
});
onHtmx("xhr:progress", (detail) => {
  if (!isOfForm(detail) || !detail.lengthComputable || !findOptional("#sending")) return;
  showPercent(Math.floor((100 * detail.loaded) / detail.total));
});
onHtmx(["sendError", "responseError", "sendAbort"], (detail) => {
  if (isOfForm(detail)) showSending(false);
});
// The portal has accepted the form and answers with targets for the declared files. htmx then puts
// the fax's page in place of the form.
onHtmx("beforeOnLoad", (detail) => {
  const location = isOfForm(detail) && detail.xhr.getResponseHeader("HX-Location");
  if (!location) return;
  beginUpload(JSON.parse(location), JSON.parse(detail.xhr.responseText), declared);
  documents.clear();
  declared = new Map();
});
// The portal has to carry the files itself. So the same form is sent again, with every file. The
// form makes only one request at a time, so it is sent after this request has ended.
document.addEventListener("files-wanted", () => {
  documents.uploadAll();
  setTimeout(() => window.htmx.trigger("#compose-form", "submit"));
});
// The person came back from the next page: the form is usable again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && findOptional("#sending")) showSending(false);
});
