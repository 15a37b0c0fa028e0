// The portal's own list of the draft's documents, `_attached_documents.html`. This module puts a
// newer list in place of the list on the page, and keeps the focus.

import { elementFromHtml, find, findOptional } from "../../lib/dom.js";
import { nameDraftInAddress } from "../draft/draft_form.js";

/**
 * The draft's version in the list on the page. An older list is not shown. It can arrive later,
 * because answers may arrive in another order than their requests.
 */
let version = -1;

/** Notes the version of the list that the page came with. */
export function startAttachedList() {
  version = Number(find("#attached").dataset.version);
}

/**
 * Shows a list, unless an answer to a later request is shown already.
 * @param {string} html the list, or nothing
 * @param {() => void} draw adds the rows of files
 */
export function replaceAttachedList(html, draw) {
  const shown = findOptional("#attached");
  const fresh = elementFromHtml(html, "attached");
  if (!fresh || !shown || Number(fresh.dataset.version) < version) return;
  version = Number(fresh.dataset.version);
  const focused = document.activeElement;
  const hadFocus = shown.contains(focused);
  shown.replaceWith(fresh);
  window.htmx.process(fresh); // the list asks how long its documents take on the phone line
  nameDraftInAddress();
  draw();
  if (hadFocus && focused instanceof HTMLElement) restoreFocus(fresh, focused);
}

/** @param {HTMLElement} list @param {HTMLElement} focused had the focus before the replacement */
function restoreFocus(list, focused) {
  const again = focused.id && document.getElementById(focused.id);
  if (again) again.focus();
  else if (list.contains(focused)) focused.focus();
  else find("#compose-form input[type=file]").focus();
}
