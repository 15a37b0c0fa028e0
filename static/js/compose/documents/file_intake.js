// Ways for files into the form: dropped anywhere on the page, pasted, photographed, chosen for a
// place. Knows nothing of what becomes of them.

/**
 * @typedef {object} Takes
 * @property {() => boolean} isThere whether a form stands here that takes files
 * @property {(files: File[]) => void} take
 * @property {(name: string) => void} refuseFolder
 */

/** @param {Takes} takes */
export function takeDropped({ isThere, take, refuseFolder }) {
  const zone = () => document.getElementById("drop");
  // The whole page is the target, so that nobody has to aim.
  const carriesFiles = (/** @type {DragEvent} */ event) =>
    isThere() && event.dataTransfer.types.includes("Files");

  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone().classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) zone()?.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone().classList.remove("is-over");
    const folders = foldersIn(event.dataTransfer);
    for (const folder of folders) refuseFolder(folder);
    take([...event.dataTransfer.files].filter(({ name }) => !folders.has(name)));
  });
}

/** Names of what was dropped and is a folder. @param {DataTransfer} dropped */
function foldersIn(dropped) {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.());
  return new Set(entries.filter((entry) => entry?.isDirectory).map((entry) => entry.name));
}

/**
 * A picture from the clipboard; where text is edited only if there is no text to paste.
 * @param {Takes} takes
 */
export function takePasted({ isThere, take }) {
  let number = 0;
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!isThere() || files.length === 0) return;
    const isEditing = event.target instanceof Element && event.target.matches("input, textarea");
    if (isEditing && event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    const words = document.getElementById("documents").dataset.pasted;
    take(
      files.map((file) => {
        // Browsers give every picture the same name. The portal adds the ending that fits.
        if (!/^image\.\w+$/.test(file.name)) return file;
        number += 1;
        const name = words.replace("{number}", String(number));
        return new File([file], name, { type: file.type, lastModified: file.lastModified });
      }),
    );
  });
}

/**
 * Lets a person choose files outside the form's own input.
 * @param {{accept: string, capture?: string}} what
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
    take([...input.files]);
  });
  input.addEventListener("cancel", () => input.remove());
  // Some browsers forget an input that is on no page.
  document.body.append(input);
  input.click();
}
