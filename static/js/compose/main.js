// The compose form, made better: lists chosen files, takes files dropped on the page, shows how
// much has been uploaded, and sends once. Without it the form works all the same.
//
// Everything hangs on the document, because htmx puts a new form in place after a mistake.

import { readableSize, withMore } from "./chosen.js";

/** @type {File[]} what the list shows and the input holds */
let chosen = [];

/** @param {string} id */
const byId = (id) => document.getElementById(id);

const fileInput = () => /** @type {HTMLInputElement | null} */ (
  document.querySelector("#compose-form input[type=file]")
);

/** Puts files into the input, which is what is posted, and draws the list of them. */
function choose(files) {
  chosen = files;
  const transfer = new DataTransfer();
  for (const file of chosen) transfer.items.add(file);
  fileInput().files = transfer.files;
  draw();
}

function draw() {
  const list = byId("chosen");
  const row = /** @type {HTMLTemplateElement} */ (byId("chosen-row"));
  list.hidden = chosen.length === 0;
  list.replaceChildren(
    ...chosen.map((file) => {
      const drawn = /** @type {Element} */ (row.content.cloneNode(true));
      drawn.querySelector("[data-name]").textContent = file.name;
      drawn.querySelector("[data-size]").textContent = readableSize(
        file.size,
        document.documentElement.lang,
      );
      drawn.querySelector("[data-too-large]").hidden =
        file.size <= Number(list.dataset.maxMb) * 1024 ** 2;
      const button = drawn.querySelector("button");
      button.setAttribute("aria-label", `${button.textContent.trim()} ${file.name}`);
      button.addEventListener("click", () => {
        choose(chosen.filter((other) => other !== file));
        fileInput().focus();
      });
      return drawn;
    }),
  );
}

function start() {
  const hint = byId("drop-hint");
  if (hint) hint.hidden = false;
  chosen = [...(fileInput()?.files ?? [])]; // a browser may bring them back after a reload
  if (fileInput()) draw();
}

document.addEventListener("change", (event) => {
  if (event.target === fileInput()) choose(withMore(chosen, fileInput().files));
});

// Dropping: the whole page is the target, so that nobody has to aim.
const carriesFiles = (/** @type {DragEvent} */ event) =>
  fileInput() !== null && event.dataTransfer.types.includes("Files");

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  byId("drop").classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) byId("drop")?.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  byId("drop").classList.remove("is-over");
  choose(withMore(chosen, event.dataTransfer.files));
});

// Sending: one at a time, and visibly.
/** @param {boolean} isSending */
function showSending(isSending) {
  for (const button of document.querySelectorAll("#compose-form .btn")) {
    /** @type {HTMLButtonElement} */ (button).disabled = isSending;
  }
  byId("sending").hidden = !isSending || chosen.length === 0;
}

const isOurs = (/** @type {Event} */ event) =>
  /** @type {CustomEvent} */ (event).detail.elt?.id === "compose-form";

document.addEventListener("htmx:beforeSend", (event) => {
  if (isOurs(event)) showSending(true);
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const { lengthComputable, loaded, total } = /** @type {CustomEvent} */ (event).detail;
  if (!isOurs(event) || !lengthComputable || byId("sending") === null) return;
  const percent = Math.floor((100 * loaded) / total);
  /** @type {HTMLProgressElement} */ (byId("sent")).value = percent;
  byId("sent-words").textContent = `${percent} %`;
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:sendAbort"]) {
  document.addEventListener(failure, (event) => {
    if (isOurs(event)) showSending(false);
  });
}
// A new form stands there: what was chosen is attached by now, or was told to be wrong.
document.addEventListener("htmx:afterSettle", start);
// Back from the next page: the old form is usable again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && byId("sending")) showSending(false);
});

start();
