// Draws the status of all files of a fax together: the portal's sentence. While the browser
// uploads, there is also a progress bar with “12 MB of 20 MB, 60 % · about 3 minutes left”.

import { find } from "../../lib/dom.js";
import { readableDuration } from "../../lib/duration.js";
import { readableSize } from "../../lib/file_size.js";
import { percent } from "../../lib/percent.js";
import { pageLanguage, show, textIn } from "../../lib/translations.js";
import { hasArrived } from "./document_states.js";

/**
 * @typedef {import("./upload_api.js").UploadStatus} UploadStatus
 * @typedef {import("./fax_upload.js").Uploader} Uploader
 */

/**
 * Draws the status line. Throws if the page has no panel.
 * @param {UploadStatus} status
 * @param {Uploader | null} uploader
 * @param {import("./speed.js").Speed} speed
 */
export function drawStatusLine(status, uploader, speed) {
  const isUploading = uploader?.isUploading ?? false;
  show(find("#direct-sentence"), status.sentence);
  find("#direct-stay").hidden = !isUploading;
  find("#direct-whole").hidden = !isUploading;
  if (!isUploading) return;
  const size = sum(status.documents.map((document) => document.size));
  const sent = bytesSent(status, uploader);
  const seconds = speed.secondsFor(size - sent);
  find("#direct-progress", HTMLProgressElement).value = percent(sent, size);
  const time = seconds && readableDuration(seconds, pageLanguage());
  const left = time ? ` · ${panelText("left", { time })}` : "";
  show(find("#direct-figures"), figures(sent, size) + left);
}

/**
 * The bytes of all documents that have arrived or are on their way.
 * @param {UploadStatus} status
 * @param {Uploader | null} uploader
 */
export function bytesSent({ documents }, uploader) {
  const sent = documents.map((document) =>
    hasArrived(document) ? document.size : (uploader?.transfers.get(document.id)?.sent ?? 0),
  );
  return sum(sent);
}

/**
 * A text such as “12 MB of 20 MB, 60 %”.
 * @param {number} sent bytes
 * @param {number} size bytes
 */
export function figures(sent, size) {
  return panelText("figures", {
    sent: readableSize(sent, pageLanguage()),
    size: readableSize(size, pageLanguage()),
    percent: percent(sent, size),
  });
}

/**
 * A text of the panel.
 * @param {string} name
 * @param {import("../../lib/translations.js").Values} values
 */
export function panelText(name, values) {
  return textIn(find("#direct-words", HTMLTemplateElement), name, values);
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
