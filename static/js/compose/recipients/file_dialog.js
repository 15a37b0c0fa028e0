// Takes recipients from a file, in a dialog on the page of a new fax. The dialog is opened by a
// link to another page. htmx puts the content of that page into the dialog. Without scripts, the
// link opens the page itself.

import { closestTo, find, findOptional } from "../../lib/dom.js";
import { onHtmx } from "../../lib/htmx.js";

const dialog = () => findOptional("#file-dialog", HTMLDialogElement);

onHtmx("afterSettle", ({ target }) => {
  // When the person goes back, htmx settles a whole page, and the event has no target.
  const shown = target?.id === "recipients-file" ? dialog() : null;
  if (shown && !shown.open) shown.showModal();
});

document.addEventListener("click", (event) => {
  if (closestTo(event, "[data-close-dialog]")) dialog()?.close();
});

document.addEventListener("submit", (event) => {
  const shown = dialog();
  const form = closestTo(event, "#recipients-columns");
  if (!form || !shown?.contains(form)) return;
  event.preventDefault();
  const field = find("[name=recipients]", HTMLTextAreaElement);
  const found = find("#recipients-found", HTMLTextAreaElement).value;
  const before = field.value.trimEnd();
  field.value = `${before ? `${before}\n` : ""}${found}\n`;
  shown.close();
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
