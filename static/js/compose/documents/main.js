// What people do with the documents of the compose form: add, move, replace and remove them.
// All listeners are on the document, because htmx replaces the form after a mistake.

import { closestTo, find, findOptional } from "../../lib/dom.js";
import { onHtmx } from "../../lib/htmx.js";
import { textOf } from "../../lib/translations.js";
import { guardUnload } from "../../lib/unload_guard.js";
import { drawRows, entryOf, nameOf, rowOf } from "./document_list_view.js";
import { choose, takeDropped, takePasted } from "./file_intake.js";
import * as documents from "./documents_field.js";
import { makeSortable } from "./sortable_rows.js";

const { list, uploads } = documents;

const intake = {
  isOpen: documents.isOpen,
  take: documents.addFiles,
  refuseFolder: (/** @type {string} */ name) =>
    documents.announce(textOf(find("#documents"), "folder", { name })),
};
takeDropped(intake);
takePasted(intake);

document.addEventListener("change", ({ target }) => {
  if (!startedForm || !documents.isOpen() || !(target instanceof Element)) return;
  const input = documents.fileInput();
  if (target === input) {
    const files = [...(input.files ?? [])];
    input.value = "";
    documents.addFiles(files);
  } else if (target.matches("#compose-form :is([name=due_at], [name=cover])")) documents.refresh();
});

document.addEventListener("click", (event) => {
  if (closestTo(event, "#take-photo")) {
    choose({ accept: "image/*", capture: "environment" }, documents.addFiles);
  }
  const row = closestTo(event, "#chosen > li");
  const entry = row && entryOf(row, list.all);
  if (!entry) return;
  if (closestTo(event, "[data-replace]")) {
    const { accept } = documents.fileInput();
    choose({ accept }, (files) => documents.addFiles(files.slice(0, 1), entry));
  } else if (closestTo(event, "[data-again]")) uploads.retry();
  else if (closestTo(event, "[data-remove]") && entry.document !== null) {
    event.preventDefault();
    void documents.arrange({ remove: [entry.document] });
  } else if (closestTo(event, "[data-drop], [data-cancel]")) {
    uploads.remove(entry);
    documents.fileInput().focus();
    documents.refresh();
  }
});

makeSortable({
  list: () => findOptional("#chosen"),
  itemOf: (row) => entryOf(row, list.all),
  rowOf,
  move(entry, place) {
    const hasMoved = list.move(entry, place);
    if (hasMoved) drawRows(list);
    return hasMoved;
  },
  onMoved(entry) {
    const place = String(list.all.indexOf(entry) + 1);
    const values = { name: nameOf(entry), place, count: String(list.all.length) };
    documents.announce(textOf(find("#documents"), "moved", values));
    documents.keepOrderWhenIdle();
  },
});

document.addEventListener("draft:elsewhere", () => void documents.arrange({}));
window.addEventListener("online", () => uploads.retry());
guardUnload(() => !uploads.isIdle);

/** @type {Element | null} */
let startedForm = null;

function start() {
  const form = findOptional("#compose-form");
  if (form === startedForm) return;
  startedForm = form;
  if (!form) return;
  find("#drop-hint").hidden = false;
  find("#take-photo").hidden = !window.matchMedia("(pointer: coarse)").matches;
  documents.start();
}

// Not before htmx listens to the form: otherwise the form could be sent without the files that this
// script has taken.
onHtmx(["load", "afterSettle"], start);
