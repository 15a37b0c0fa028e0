import assert from "node:assert/strict";
import { test } from "node:test";

import { rangesOf, withParts, writtenAt } from "../../../../static/js/compose/recipients/field_text.js";

const parts = (...texts) => texts.map((text) => ({ text }));

test("parts are found in their order, and the same part twice", () => {
  assert.deepEqual(rangesOf(" 210, 10,210 ;", parts("210", "10", "210")), [
    { start: 1, end: 4 },
    { start: 6, end: 8 },
    { start: 9, end: 12 },
  ]);
});

test("what a person is writing begins and ends at its separators", () => {
  const text = "210; Dr Mey er, 211\nLee";
  assert.deepEqual(writtenAt(text, 11), { start: 5, end: 14, typed: "Dr Mey" });
  assert.deepEqual(writtenAt(text, text.length), { start: 20, end: 23, typed: "Lee" });
  assert.deepEqual(writtenAt("210,", 4), { start: 4, end: 4, typed: "" });
});

const lines = [parts("210", "211", "210"), [], parts("Lee <212>")];
const text = " 210, 211;210\n\nLee <212>";
const change = (by) => (line, part) => by[`${line}.${part}`] ?? null;

test("a part that is changed leaves all others as they were", () => {
  assert.equal(withParts(text, lines, change({ "0.1": "213" })), "210, 213;210\n\nLee <212>");
  assert.equal(withParts(text, lines, change({ "2.0": "Lee <213>" })), " 210, 211;210\n\nLee <213>");
});

test("a part that goes takes its separator along, and a line that is empty then goes, too", () => {
  assert.equal(withParts(text, lines, change({ "0.0": "" })), "211;210\n\nLee <212>");
  assert.equal(withParts(text, lines, change({ "0.0": "", "0.2": "" })), "211\n\nLee <212>");
  assert.equal(withParts(text, lines, change({ "2.0": "" })), " 210, 211;210\n");
});
