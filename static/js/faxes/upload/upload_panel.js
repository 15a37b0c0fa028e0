// Draws the part of a fax's page that is about the files in this browser: `_browser_upload.html`.

import { find, findAll, findOptional } from "../../lib/dom.js";
import { percent } from "../../lib/percent.js";
import { show } from "../../lib/translations.js";
import { isMissing } from "./document_states.js";
import { drawStatusLine, figures, panelText } from "./status_line.js";

/**
 * @typedef {import("./upload_api.js").UploadStatus} UploadStatus
 * @typedef {import("./upload_api.js").Document} Document
 * @typedef {import("./fax_upload.js").Uploader} Uploader
 * @typedef {import("./file_upload.js").FileTransfer} FileTransfer
 */

/** The panel of this page; null if the fax has none. */
export const uploadPanel = () => findOptional("#direct");

/**
 * Draws the panel. Throws if the page has no panel.
 * @param {UploadStatus} status
 * @param {Uploader | null} uploader null if this page has not uploaded anything
 * @param {import("./speed.js").Speed} speed
 */
export function drawPanel(status, uploader, speed) {
  find("#direct").hidden = status.state === "over" && !uploader?.trouble;
  drawStatusLine(status, uploader, speed);
  for (const notice of findAll("#direct [data-trouble]")) {
    notice.hidden = notice.dataset.trouble !== uploader?.trouble;
  }
  for (const document of status.documents) drawRow(document, uploader?.transfers.get(document.id));
  const lacksFiles = status.documents.some(
    (document) => isMissing(document) && !uploader?.hasFile(document),
  );
  find("#direct-form").hidden = !lacksFiles || uploader?.trouble === "gone";
}

/** @param {Document} document @param {FileTransfer} [transfer] */
function drawRow(document, transfer) {
  const row = findOptional(`#direct [data-document="${document.id}"]`);
  if (!row) return;
  const progress = find("progress", HTMLProgressElement, row);
  progress.hidden = !transfer;
  progress.value = transfer ? percent(transfer.sent, document.size) : 0;
  const told = find("[data-figures]", HTMLElement, row);
  told.hidden = !transfer;
  if (transfer) show(told, figures(transfer.sent, document.size));
  drawState(find("[data-state]", HTMLElement, row), transfer ? "moving" : document.state);
}

/** @param {HTMLElement} place @param {Document["state"]} state */
function drawState(place, state) {
  if (place.dataset.state === state) return;
  place.dataset.state = state;
  const { content } = find("#direct-states", HTMLTemplateElement);
  const look = find(`[data-look="${state}"]`, HTMLElement, content);
  place.replaceChildren(...look.cloneNode(true).childNodes);
}

/**
 * Adds a note about a file.
 * @param {string} kind the name of the note's text
 * @param {string} name of the file
 * @param {string} [sentence] of the portal, in place of the kind's text
 */
export function addNote(kind, name, sentence = "") {
  const notes = findOptional("#direct-notes");
  if (!notes) return;
  const note = document.createElement("p");
  note.textContent = sentence || panelText(kind, { name });
  find("[data-notes]", HTMLElement, notes).append(note);
  notes.hidden = false;
}

/** Removes all notes. */
export function clearNotes() {
  const notes = findOptional("#direct-notes");
  if (!notes) return;
  find("[data-notes]", HTMLElement, notes).replaceChildren();
  notes.hidden = true;
}

/**
 * Shows how much of the chosen files is read.
 * @param {number | null} percent null: no file is being read
 */
export function showReading(percent) {
  const place = findOptional("#direct-reading");
  if (!place) return;
  place.hidden = percent === null;
  if (percent !== null) find("progress", HTMLProgressElement, place).value = percent;
}
