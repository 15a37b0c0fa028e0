import assert from "node:assert/strict";
import { test } from "node:test";

import { show, textOf, withValues } from "../../../static/js/lib/translations.js";

test("values take their places, numbers in the language of the page", () => {
  assert.equal(withValues("{count} of {count}", { count: 1234 }, "en"), "1,234 of 1,234");
  assert.equal(withValues("{count}", { count: 1234 }, "de"), "1.234");
});

test("a value is put in as it is, whatever signs it has", () => {
  const values = { name: "$& {place}.pdf", place: 2 };
  assert.equal(withValues("{name} is now {place}", values, "en"), "$& {place}.pdf is now 2");
});

test("a text that the page lacks is named", () => {
  const element = { id: "documents", dataset: { folder: "{name} is a folder" } };
  assert.equal(textOf(element, "folder", { name: "a" }), "a is a folder");
  assert.throws(() => textOf(element, "moved"), /#documents.*moved/);
});

test("a text that is shown already is not written again", () => {
  const written = [];
  const element = {
    get textContent() {
      return written.at(-1) ?? "";
    },
    set textContent(text) {
      written.push(text);
    },
  };
  for (const text of ["one", "one", "two"]) show(element, text);
  assert.deepEqual(written, ["one", "two"]);
});
