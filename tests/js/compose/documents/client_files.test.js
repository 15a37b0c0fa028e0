import assert from "node:assert/strict";
import { test } from "node:test";

import { declaration, stays } from "../../../../static/js/compose/documents/client_files.js";

const small = new File(["small"], "small.pdf");
const large = new File(["x".repeat(2000)], "large.pdf");
const AUTO = { delivery: "auto", over: 1000, isScheduled: false, hasCover: false };

test("in auto a large file stays and a small one goes up", () => {
  assert.equal(stays(large, AUTO), true);
  assert.equal(stays(small, AUTO), false);
  assert.equal(stays(large, { ...AUTO, over: large.size }), false);
});

test("in direct every file stays, in relay none", () => {
  assert.equal(stays(small, { ...AUTO, delivery: "direct" }), true);
  assert.equal(stays(large, { ...AUTO, delivery: "relay" }), false);
});

test("nothing stays for later: the page may be gone by then", () => {
  for (const delivery of ["auto", "direct"]) {
    assert.equal(stays(large, { ...AUTO, delivery, isScheduled: true }), false);
  }
});

test("nothing stays of a fax with a cover page: the portal draws its first page", () => {
  for (const delivery of ["auto", "direct"]) {
    assert.equal(stays(large, { ...AUTO, delivery, hasCover: true }), false);
  }
});

test("a file that stays is declared with its first bytes and its place", async () => {
  const said = JSON.parse(await declaration([{ file: large, after: 1 }], new Map([[large, "ab"]])));
  assert.deepEqual(said, [
    { name: "large.pdf", size: 2000, sha256: "ab", head: btoa("x".repeat(1024)), after: 1 },
  ]);
});

test("bytes of every value are declared", async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
  const file = new File([bytes], "all.jpg");
  const [{ head }] = JSON.parse(await declaration([{ file, after: 0 }], new Map([[file, "ab"]])));
  assert.deepEqual([...Buffer.from(head, "base64")], [...bytes]);
});
