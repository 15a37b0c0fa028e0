// Which draft the compose form belongs to, and which copy of it the page has. The portal compares
// copy and version with every request that changes the draft.

import { find, findOptional } from "../../lib/elements.js";

export const composeForm = () => findOptional("#compose-form", HTMLFormElement);

/** The address that opens the draft of this form. */
export function draftAddress() {
  return `${location.pathname}?draft=${draftKey()}`;
}

/** The key of this form, from which its draft and its fax are known. */
export const draftKey = () => find("#compose-form [name=key]", HTMLInputElement).value;

/** Puts the draft into the page's address, so that a reload or a new sign-in comes back to it. */
export function nameDraftInAddress() {
  if (composeForm()) history.replaceState(history.state, "", draftAddress());
}

/** @returns {[string, string][]} the fields that say which copy of the form this is */
export function formCopy() {
  return [
    ["copy", valueOf("copy")],
    ["version", valueOf("version")],
  ];
}

/** @param {string} name of a hidden field */
function valueOf(name) {
  return findOptional(`#compose-form [name=${name}]`, HTMLInputElement)?.value ?? "";
}
