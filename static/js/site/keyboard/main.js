// Shortcuts: they press a button, follow a link or focus a field that has `aria-keyshortcuts`. The
// list of shortcuts, `#keys`, is a popover, and only this script shows its button. While a dialog
// is open, shortcuts reach only what is in the dialog.

import { findAll, findOptional } from "../../lib/dom.js";
import { nameOf } from "./key_names.js";

/** @param {string} name */
function elementWithShortcut(name) {
  const dialog = document.querySelector("dialog:modal");
  return findAll("[aria-keyshortcuts]").find(
    (element) =>
      (!dialog || dialog.contains(element)) &&
      element.getAttribute("aria-keyshortcuts")?.split(" ").includes(name) &&
      element.checkVisibility(),
  );
}

document.addEventListener("keydown", (event) => {
  const name = event.repeat || event.isComposing ? null : nameOf(event);
  const element = name && elementWithShortcut(name);
  if (!element) return;
  event.preventDefault();
  if (element.matches("a, button")) element.click();
  else element.focus();
});

const button = findOptional("#keys-button");
if (button) button.hidden = false;
