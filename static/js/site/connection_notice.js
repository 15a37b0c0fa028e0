// Every page: says so when htmx's question to the portal got no answer, or one it can't show.
// Knows nothing of what was asked.

const trouble = document.getElementById("trouble");

/** @param {boolean} isShown */
function show(isShown) {
  if (trouble && trouble.hidden === isShown) trouble.hidden = !isShown;
}

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, () => show(true));
}
document.addEventListener("htmx:afterRequest", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.successful) show(false);
});
