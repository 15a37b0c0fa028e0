// Pages that ask again by themselves: seldom while nobody looks, and a screen reader hears a
// state once, when it changes.

/** Milliseconds between two questions in a tab that nobody sees. */
const HIDDEN_PACE = 15_000;

let lastAsked = 0;

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = /** @type {CustomEvent} */ (event).detail;
  if (!elt.getAttribute("hx-trigger")?.startsWith("every ")) return;
  const now = performance.now();
  if (document.hidden && now - lastAsked < HIDDEN_PACE) event.preventDefault();
  else lastAsked = now;
});

// A live region speaks whenever its content is put in place, even by the same words.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  const before = detail.target.textContent.trim();
  if (before === detail.fragment.textContent.trim()) detail.shouldSwap = false;
});
