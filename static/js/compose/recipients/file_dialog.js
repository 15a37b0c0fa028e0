// Recipients from a file, in a dialog on the page of a new fax. What htmx puts into it is the page that
// the link leads to without this.

/** @param {string} id */
const byId = (id) => document.getElementById(id);
const dialog = () => /** @type {HTMLDialogElement | null} */ (byId("file-dialog"));

document.addEventListener("htmx:afterSettle", (event) => {
  // Going back settles a whole page, which is no target.
  const isOurs = /** @type {CustomEvent} */ (event).detail.target?.id === "recipients-file";
  if (isOurs && dialog() && !dialog().open) dialog().showModal();
});

document.addEventListener("click", (event) => {
  const pressed = /** @type {HTMLElement} */ (event.target).closest("[data-close-dialog]");
  if (pressed) dialog()?.close();
});

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.id !== "recipients-columns" || !dialog()?.contains(form)) return;
  event.preventDefault();
  const field = /** @type {HTMLTextAreaElement} */ (document.querySelector("[name=recipients]"));
  const found = /** @type {HTMLTextAreaElement} */ (byId("recipients-found")).value;
  const before = field.value.trimEnd();
  field.value = `${before ? `${before}\n` : ""}${found}\n`;
  dialog().close();
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
