import assert from "node:assert/strict";
import { test } from "node:test";

import { declarationOf, staysInBrowser } from "../../../../static/js/compose/documents/client_files.js";

const small = new File(["small"], "small.pdf");
const large = new File(["x".repeat(2000)], "large.pdf");
const AUTO = { delivery: "auto", over: 1000, isScheduled: false, hasCover: false };

test("in auto a large file stays and a small one is uploaded", () => {
  assert.equal(staysInBrowser(large, AUTO), true);
  assert.equal(staysInBrowser(small, AUTO), false);
  assert.equal(staysInBrowser(large, { ...AUTO, over: large.size }), false);
});

test("in direct every file stays, in relay none", () => {
  assert.equal(staysInBrowser(small, { ...AUTO, delivery: "direct" }), true);
  assert.equal(staysInBrowser(large, { ...AUTO, delivery: "relay" }), false);
});

test("no file of a scheduled fax stays: the page may be closed until then", () => {
  for (const delivery of ["auto", "direct"]) {
    assert.equal(staysInBrowser(large, { ...AUTO, delivery, isScheduled: true }), false);
  }
});

test("no file of a fax with a cover page stays: the portal draws its first page", () => {
  for (const delivery of ["auto", "direct"]) {
    assert.equal(staysInBrowser(large, { ...AUTO, delivery, hasCover: true }), false);
  }
});

test("a file that stays is declared with its first bytes and its place", async () => {
  const said = JSON.parse(await declarationOf([{ file: large, after: 1 }], new Map([[large, "ab"]])));
  assert.deepEqual(said, [
    { name: "large.pdf", size: 2000, sha256: "ab", head: btoa("x".repeat(1024)), after: 1 },
  ]);
});

test("bytes of every value are declared", async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
  const file = new File([bytes], "all.jpg");
  const [{ head }] = JSON.parse(await declarationOf([{ file, after: 0 }], new Map([[file, "ab"]])));
  assert.deepEqual([...Buffer.from(head, "base64")], [...bytes]);
});
