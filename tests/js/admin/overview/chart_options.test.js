import assert from "node:assert/strict";
import { test } from "node:test";

import { CHART_OPTIONS, duration, wrapped } from "../../../../static/js/admin/overview/chart_options.js";

const style = {
  ink: "black",
  soft: "grey",
  line: "silver",
  ground: "white",
  font: "sans-serif",
  barColour: (/** @type {string} */ tone, /** @type {number} */ series) => `${tone} ${series}`,
  colour: (/** @type {string} */ tone) => tone,
};
const figures = {
  labels: ["Mon 3 Nov", "Tue 4 Nov"],
  series: [
    { label: "Handed to VoipNow", tone: "good", values: [4, 0], links: ["/a", null] },
    { label: "Confirmed", tone: "good", values: [1, null], links: ["/b", null] },
  ],
};

test("a duration has the longest unit that it fills", () => {
  assert.deepEqual([0, 0.4, 9.94, 59, 60, 90, 3600, 90_000].map(duration), [
    "0 s", "0.4 s", "9.9 s", "59 s", "1.0 min", "1.5 min", "1.0 h", "25 h",
  ]);
});

test("a long label goes on in a second line, and ends there", () => {
  assert.deepEqual(wrapped("0003*210"), ["0003*210"]);
  assert.deepEqual(wrapped("Storage refused a document.", 16), ["Storage refused", "a document."]);
  assert.deepEqual(wrapped("Storage refused the upload address", 16), ["Storage refused", "the upload…"]);
});

test("series of one tone differ by their pattern", () => {
  const fills = /** @type {any} */ (CHART_OPTIONS.stack(figures, style)).data.datasets.map(
    (/** @type {any} */ one) => one.backgroundColor,
  );
  assert.deepEqual(fills, ["good 0", "good 1"]);
});

test("lines differ by dash and point", () => {
  const [half, most] = /** @type {any} */ (CHART_OPTIONS.lines(figures, style)).data.datasets;
  assert.notDeepEqual(half.borderDash, most.borderDash);
  assert.notEqual(half.pointStyle, most.pointStyle);
});

test("no chart moves", () => {
  for (const optionsFor of Object.values(CHART_OPTIONS)) {
    assert.equal(/** @type {any} */ (optionsFor(figures, style)).options.animation, false);
  }
});

test("a chart shows the table's figures under its labels", () => {
  for (const optionsFor of Object.values(CHART_OPTIONS)) {
    const { data } = /** @type {any} */ (optionsFor(figures, style));
    assert.deepEqual(data.labels.map((/** @type {any} */ label) => String(label)), figures.labels);
    assert.deepEqual(data.datasets.map((/** @type {any} */ one) => one.data), [[4, 0], [1, null]]);
  }
});
