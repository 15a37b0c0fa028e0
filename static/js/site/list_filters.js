// Lists of faxes: the address names only the filters that are set, so that it can be kept and sent.
// Knows nothing of what the filters mean.

document.addEventListener("htmx:configRequest", (event) => {
  const { elt, formData } = /** @type {CustomEvent} */ (event).detail;
  if (elt.id !== "filters") return;
  for (const [name, value] of [...formData]) {
    if (value === "") formData.delete(name);
  }
});
