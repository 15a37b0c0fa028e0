import assert from "node:assert/strict";
import { test } from "node:test";

import { keepText, takeText } from "../../../../static/js/compose/draft/unsaved_text.js";

/** A stand-in for a tab's `sessionStorage`. */
function tabStorage() {
  const items = new Map();
  return {
    items,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => items.set(name, value),
    removeItem: (name) => items.delete(name),
  };
}
const MINE = { key: "k", who: "maria" };

test("what was kept comes back once, to its form and its person", () => {
  const tab = tabStorage();
  keepText(tab, { ...MINE, typed: "subject=An+offer&note=" });
  assert.deepEqual(takeText(tab, MINE), [["subject", "An offer"], ["note", ""]]);
  assert.deepEqual(takeText(tab, MINE), []);
});

test("another person or another form gets nothing, and the text is deleted", () => {
  for (const other of [{ key: "k", who: "paul" }, { key: "other", who: "maria" }]) {
    const tab = tabStorage();
    keepText(tab, { ...MINE, typed: "subject=An+offer" });
    assert.deepEqual(takeText(tab, other), []);
    assert.equal(tab.items.size, 0);
  }
});
