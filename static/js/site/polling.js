// For pages that poll for their state. A hidden tab polls less often, and a screen reader reads a
// state aloud only when it changes.

import { onHtmx } from "../lib/htmx.js";

/** Milliseconds between two requests of a hidden tab. */
const HIDDEN_INTERVAL = 15_000;

let lastRequest = 0;

onHtmx("beforeRequest", ({ elt }, event) => {
  if (!elt.getAttribute("hx-trigger")?.startsWith("every ")) return;
  const now = performance.now();
  if (document.hidden && now - lastRequest < HIDDEN_INTERVAL) event.preventDefault();
  else lastRequest = now;
});

// A screen reader reads a live region aloud whenever its content is replaced, even by the same
// text. So content with the same text is not replaced.
onHtmx("oobBeforeSwap", (detail) => {
  const before = detail.target.textContent?.trim();
  if (before === detail.fragment.textContent?.trim()) detail.shouldSwap = false;
});
