// Keys that press a button, follow a link or lead to a field, on every page: whatever on the page
// says `aria-keyshortcuts`. The sheet that lists them, `#keys`, is a popover; without this script
// nothing offers it. Behind an open dialog they reach nothing, least of all “Send fax”.

import { nameOf } from "./key_names.js";

/** @param {string} name */
function withKeys(name) {
  const all = /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("[aria-keyshortcuts]")
  );
  const dialog = document.querySelector("dialog:modal");
  return [...all].find(
    (element) =>
      (!dialog || dialog.contains(element)) &&
      element.getAttribute("aria-keyshortcuts").split(" ").includes(name) &&
      element.checkVisibility(),
  );
}

document.addEventListener("keydown", (event) => {
  const name = event.repeat || event.isComposing ? null : nameOf(event);
  const element = name && withKeys(name);
  if (!element) return;
  event.preventDefault();
  if (element.matches("a, button")) element.click();
  else element.focus();
});

const button = document.getElementById("keys-button");
if (button) button.hidden = false;
