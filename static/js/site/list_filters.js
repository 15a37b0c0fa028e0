// Keeps the address of a list short: the address names only the filters that are set. Knows nothing
// of what the filters mean.

import { onHtmx } from "../lib/htmx.js";

onHtmx("configRequest", ({ elt, formData }) => {
  if (elt.id !== "filters") return;
  for (const [name, value] of [...formData]) {
    if (value === "") formData.delete(name);
  }
});
