import assert from "node:assert/strict";
import { test } from "node:test";

import { Failures } from "../../../../static/js/faxes/upload/storage_failures.js";

const NOTHING_LEFT = { wasSent: true, status: 0, sent: 0 };
const BROKEN_OFF = { wasSent: true, status: 0, sent: 7 };
const REFUSED = { wasSent: true, status: 403, sent: 7 };

function after(...answers) {
  const failures = new Failures();
  for (const answer of answers) failures.add(answer, 0, () => 0);
  return failures;
}

test("two errors before any byte left mean that this browser can't", () => {
  assert.equal(after(NOTHING_LEFT).wayBack, null);
  assert.equal(after(NOTHING_LEFT, NOTHING_LEFT).wayBack, "blocked");
});

test("a byte that ever left means that it can", () => {
  assert.equal(after(BROKEN_OFF, NOTHING_LEFT, NOTHING_LEFT).wayBack, null);
});

test("an answer in between means that it can", () => {
  const readable = { ...NOTHING_LEFT, status: 503 };
  assert.equal(after(NOTHING_LEFT, readable, NOTHING_LEFT).wayBack, null);
});

test("one that was never sent says nothing of the way", () => {
  const unsent = { wasSent: false, status: 0, sent: 0 };
  assert.equal(after(unsent, unsent).wayBack, null);
});

test("five failures of any kind are enough", () => {
  const four = [REFUSED, BROKEN_OFF, REFUSED, BROKEN_OFF];
  assert.equal(after(...four).wayBack, null);
  assert.equal(after(...four, REFUSED).wayBack, "failed");
});

test("each failure waits longer than the one before", () => {
  const failures = new Failures();
  failures.add(REFUSED, 5_000, () => 0);
  assert.equal(failures.notBefore, 6_000);
  failures.add(REFUSED, 6_000, () => 0);
  assert.equal(failures.notBefore, 8_000);
});
