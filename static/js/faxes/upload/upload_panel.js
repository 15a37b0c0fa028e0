// Draws the part of a fax's page that is about the files in this browser: `_fax_direct.html`.

import { readableSize } from "../../lib/file_size.js";
import { isMissing } from "./uploader.js";
import { percent, readableTime } from "./speed.js";

/**
 * @typedef {import("./upload_api.js").Standing} Standing
 * @typedef {import("./upload_api.js").Document} Document
 * @typedef {import("./uploader.js").Carrier} Carrier
 */

const language = document.documentElement.lang;

/** @param {string} id @returns {HTMLElement | null} */
const byId = (id) => document.getElementById(id);

/**
 * @param {Standing} standing
 * @param {Carrier | null} carrier
 * @param {import("./speed.js").Speed} speed
 */
export function draw(standing, carrier, speed) {
  const isUnderWay = carrier?.isUnderWay ?? false;
  byId("direct").hidden = standing.state === "over" && !carrier?.trouble;
  say(byId("direct-sentence"), standing.sentence);
  byId("direct-stay").hidden = !isUnderWay;
  /** @type {NodeListOf<HTMLElement>} */
  const troubles = document.querySelectorAll("#direct [data-trouble]");
  for (const told of troubles) told.hidden = told.dataset.trouble !== carrier?.trouble;
  for (const one of standing.documents) drawRow(one, carrier?.trips.get(one.id));
  drawWhole(standing, carrier, speed);
  const lacks = standing.documents.some((one) => isMissing(one) && !carrier?.holds(one));
  byId("direct-form").hidden = !lacks || carrier?.trouble === "gone";
}

/**
 * Bytes that have left this browser for good or are on their way, of all documents.
 * @param {Standing} standing
 * @param {Carrier | null} carrier
 */
export function sentOf({ documents }, carrier) {
  const sent = documents.map(({ id, size, state }) =>
    state === "stored" || state === "held" ? size : (carrier?.trips.get(id)?.sent ?? 0),
  );
  return sum(sent);
}

/** @param {Standing} standing @param {Carrier | null} carrier @param {import("./speed.js").Speed} speed */
function drawWhole(standing, carrier, speed) {
  byId("direct-whole").hidden = !carrier?.isUnderWay;
  if (!carrier?.isUnderWay) return;
  const size = sum(standing.documents.map((one) => one.size));
  const sent = sentOf(standing, carrier);
  const seconds = speed.secondsFor(size - sent);
  /** @type {HTMLProgressElement} */ (byId("direct-progress")).value = percent(sent, size);
  const time = seconds && readableTime(seconds, language);
  const left = time ? ` · ${word("left", { time })}` : "";
  say(byId("direct-figures"), figures(sent, size) + left);
}

/** @param {Document} one @param {import("./uploader.js").Trip} [trip] */
function drawRow(one, trip) {
  const row = document.querySelector(`#direct [data-document="${one.id}"]`);
  if (!row) return;
  const progress = row.querySelector("progress");
  progress.hidden = !trip;
  progress.value = trip ? percent(trip.sent, one.size) : 0;
  const told = /** @type {HTMLElement} */ (row.querySelector("[data-figures]"));
  told.hidden = !trip;
  if (trip) say(told, figures(trip.sent, one.size));
  drawState(row.querySelector("[data-state]"), trip ? "moving" : one.state);
}

/** @param {HTMLElement} place @param {Document["state"]} state */
function drawState(place, state) {
  if (place.dataset.state === state) return;
  place.dataset.state = state;
  const looks = /** @type {HTMLTemplateElement} */ (byId("direct-states"));
  const look = looks.content.querySelector(`[data-look="${state}"]`);
  place.replaceChildren(...look.cloneNode(true).childNodes);
}

/**
 * Adds a sentence about a file.
 * @param {string} kind of direct-words
 * @param {string} name
 * @param {string} [sentence] in its place, where the portal said one
 */
export function note(kind, name, sentence = "") {
  const notes = byId("direct-notes");
  if (!notes) return;
  const told = document.createElement("p");
  told.textContent = sentence || word(kind, { name });
  notes.querySelector("[data-notes]").append(told);
  notes.hidden = false;
}

export function forgetNotes() {
  const notes = byId("direct-notes");
  if (!notes) return;
  notes.querySelector("[data-notes]").replaceChildren();
  notes.hidden = true;
}

/**
 * How far the reading of chosen files is; null: nothing is read.
 * @param {number | null} percent
 */
export function showReading(percent) {
  const place = byId("direct-reading");
  if (!place) return;
  place.hidden = percent === null;
  if (percent !== null) place.querySelector("progress").value = percent;
}

/** @param {number} sent @param {number} size */
function figures(sent, size) {
  return word("figures", {
    sent: readableSize(sent, language),
    size: readableSize(size, language),
    percent: String(percent(sent, size)),
  });
}

/**
 * A sentence of the page's own, with what belongs into its {places}.
 * @param {string} name
 * @param {Record<string, string>} parts
 */
function word(name, parts) {
  const words = /** @type {HTMLTemplateElement} */ (byId("direct-words"));
  const sentence = words.content.querySelector(`[data-word="${name}"]`).textContent.trim();
  return sentence.replace(/\{(\w+)\}/g, (_, part) => parts[part]);
}

/**
 * A live region speaks whenever it is written to, even by the same words.
 * @param {HTMLElement} place @param {string} words
 */
function say(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
