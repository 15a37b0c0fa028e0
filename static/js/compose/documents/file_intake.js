// The ways in which files come into the form: dropped anywhere on the page, pasted, photographed,
// or chosen to replace a document. Knows nothing of what happens to the files.

import { find, findOptional } from "../../lib/dom.js";
import { textOf } from "../../lib/translations.js";

/**
 * @typedef {object} Intake
 * @property {() => boolean} isOpen whether the page has a form that takes files
 * @property {(files: File[]) => void} take
 * @property {(name: string) => void} refuseFolder
 */

/**
 * Takes files that are dropped anywhere on the page, and refuses folders.
 * @param {Intake} intake
 */
export function takeDropped({ isOpen, take, refuseFolder }) {
  /**
   * The dragged data, if it has files and the page takes files. Files can be dropped anywhere on
   * the page.
   * @param {DragEvent} event
   */
  const filesIn = ({ dataTransfer }) =>
    isOpen() && dataTransfer?.types.includes("Files") ? dataTransfer : null;

  document.addEventListener("dragover", (event) => {
    if (!filesIn(event)) return;
    event.preventDefault();
    find("#drop").classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) findOptional("#drop")?.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    const dropped = filesIn(event);
    if (!dropped) return;
    event.preventDefault();
    find("#drop").classList.remove("is-over");
    const folders = foldersIn(dropped);
    for (const folder of folders) refuseFolder(folder);
    take([...dropped.files].filter(({ name }) => !folders.has(name)));
  });
}

/**
 * The names of the folders among what was dropped.
 * @param {DataTransfer} dropped
 */
function foldersIn(dropped) {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.());
  return new Set(entries.flatMap((entry) => (entry?.isDirectory ? entry.name : [])));
}

/**
 * Takes files that are pasted, such as pictures. If the person pastes into a text field and the
 * clipboard has a text, too, the field gets the text, and the files are ignored.
 * @param {Intake} intake
 */
export function takePasted({ isOpen, take }) {
  let number = 0;
  document.addEventListener("paste", (event) => {
    const { files = [], types = [] } = event.clipboardData ?? {};
    if (!isOpen() || files.length === 0) return;
    const isInText = event.target instanceof Element && event.target.matches("input, textarea");
    if (isInText && types.includes("text/plain")) return;
    event.preventDefault();
    const named = [...files].map((file) => {
      // Browsers give every pasted picture the same name. The portal adds the ending that fits.
      if (!/^image\.\w+$/.test(file.name)) return file;
      number += 1;
      const name = textOf(find("#documents"), "pasted", { number: String(number) });
      return new File([file], name, { type: file.type, lastModified: file.lastModified });
    });
    take(named);
  });
}

/**
 * Lets a person choose files without the form's own input.
 * @param {{accept: string, capture?: string}} kind
 * @param {(files: File[]) => void} take
 */
export function choose({ accept, capture }, take) {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = accept;
  input.hidden = true;
  if (capture) input.setAttribute("capture", capture);
  input.addEventListener("change", () => {
    input.remove();
    take([...(input.files ?? [])]);
  });
  input.addEventListener("cancel", () => input.remove());
  // Some browsers forget an input that is on no page.
  document.body.append(input);
  input.click();
}
