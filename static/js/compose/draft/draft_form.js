// Which draft the compose form belongs to, and which copy of the form the page has. Every request
// that changes the draft names copy and version, and the portal compares them.

import { find, findOptional } from "../../lib/dom.js";

/** The compose form; null if the page has none. */
export const composeForm = () => findOptional("#compose-form", HTMLFormElement);

/** The address that opens the draft of this form. */
export function draftAddress() {
  return `${location.pathname}?draft=${draftKey()}`;
}

/** The submission key of this form, by which the portal finds its draft and its fax. */
export const draftKey = () => find("#compose-form [name=key]", HTMLInputElement).value;

/** Puts the draft into the page's address, so that a reload or a new sign-in comes back to it. */
export function nameDraftInAddress() {
  if (composeForm()) history.replaceState(history.state, "", draftAddress());
}

/**
 * The fields that tell the portal from which copy of the form a request comes.
 * @returns {[string, string][]} names and values
 */
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
