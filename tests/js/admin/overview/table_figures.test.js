import assert from "node:assert/strict";
import { test } from "node:test";

import { figuresOf } from "../../../../static/js/admin/overview/table_figures.js";

/** A table cell, with only what `figuresOf` reads. */
const cell = (text, { href, ...dataset } = {}) => ({
  textContent: ` ${text} `,
  dataset,
  querySelector: () => (href ? { href, textContent: text } : null),
});
const row = (cells, dataset = {}) => ({ cells, dataset });

function table(rows, dataset = {}) {
  const headings = [cell("Day"), cell("Sent", { tone: "good" }), cell("Note")];
  return { tHead: { rows: [row(headings)] }, tBodies: [{ rows }], dataset };
}

const MONDAY = row([cell("Mon", { href: "/mon" }), cell("4", { value: "4", href: "/mon/sent" }), cell("")]);
const TUESDAY = row([cell("Tue", { href: "/tue" }), cell("–"), cell("")]);

test("a column with a tone is a series, and a value without a link has its row's link", () => {
  assert.deepEqual(figuresOf(table([MONDAY, TUESDAY])), {
    labels: ["Mon", "Tue"],
    series: [{ label: "Sent", tone: "good", values: [4, null], links: ["/mon/sent", "/tue"] }],
  });
});

test("the oldest row comes first, and a row beside the others is left out", () => {
  const total = row([cell("All"), cell("4", { value: "4" }), cell("")], { aside: "" });
  const { labels } = figuresOf(table([TUESDAY, MONDAY, total], { order: "newest-first" }));
  assert.deepEqual(labels, ["Mon", "Tue"]);
});
