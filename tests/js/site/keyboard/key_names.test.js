import assert from "node:assert/strict";
import { test } from "node:test";

import { nameOf } from "../../../../static/js/site/keyboard/key_names.js";

const free = { code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test("keys that a person types text with are no shortcuts", () => {
  for (const key of ["a", "?", "Enter", "Tab"]) {
    assert.equal(nameOf({ ...free, key }), null);
    assert.equal(nameOf({ ...free, key, shiftKey: true }), null);
  }
});

test("a key is named as aria-keyshortcuts writes it", () => {
  assert.equal(nameOf({ ...free, key: "Enter", ctrlKey: true }), "Control+Enter");
  assert.equal(nameOf({ ...free, key: "Enter", metaKey: true }), "Meta+Enter");
  assert.equal(nameOf({ ...free, key: "N", altKey: true, shiftKey: true }), "Alt+Shift+N");
  assert.equal(nameOf({ ...free, key: "n", altKey: true, shiftKey: true }), "Alt+Shift+N");
});

test("a letter is the one on the key, whatever Option makes of it", () => {
  const pressed = { ...free, key: "˜", code: "KeyN", altKey: true, shiftKey: true };
  assert.equal(nameOf(pressed), "Alt+Shift+N");
});

test("a sign above a digit is the sign, whether shift was needed for it or not", () => {
  assert.equal(nameOf({ ...free, key: "/", ctrlKey: true }), "Control+/");
  assert.equal(nameOf({ ...free, key: "/", ctrlKey: true, shiftKey: true }), "Control+/");
});
