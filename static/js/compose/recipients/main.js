// Shows the recipients' field of the compose form with tokens and suggestions. htmx replaces the
// form after a mistake. Then this script shows the field of the new form.

import { findOptional } from "../../lib/dom.js";
import { onHtmx } from "../../lib/htmx.js";
import { RecipientsField } from "./recipients_field.js";

/** @type {RecipientsField | null} */
let field = null;
let isPressed = false;

function start() {
  const textArea = findOptional("#compose-form textarea[name=recipients]", HTMLTextAreaElement);
  const root = findOptional("#tokens");
  if (!textArea || !root || field?.textArea === textArea) return;
  field = new RecipientsField(textArea, root, () => isPressed);
}

function release() {
  isPressed = false;
  field?.drawDelayed();
}

document.addEventListener("pointerdown", () => (isPressed = true), true);
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => setTimeout(release), true); // after the click
}
onHtmx("afterSettle", start);
start();
