// On every page, shows a notice when the portal gave htmx no answer, or an answer that can't be
// shown.

import { findOptional } from "../lib/dom.js";
import { onHtmx } from "../lib/htmx.js";

const notice = findOptional("#trouble");

/** @param {boolean} isShown */
function showNotice(isShown) {
  if (notice && notice.hidden === isShown) notice.hidden = !isShown;
}

onHtmx(["sendError", "timeout", "responseError"], () => showNotice(true));
onHtmx("afterRequest", ({ successful }) => {
  if (successful) showNotice(false);
});
