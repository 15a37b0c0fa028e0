import assert from "node:assert/strict";
import { test } from "node:test";

import { StorageFailures } from "../../../../static/js/faxes/upload/storage_failures.js";

const NOTHING_SENT = { wasSent: true, status: 0, sent: 0 };
const BROKEN_OFF = { wasSent: true, status: 0, sent: 7 };
const REFUSED = { wasSent: true, status: 403, sent: 7 };

function after(...answers) {
  const failures = new StorageFailures();
  for (const answer of answers) failures.add(answer, 0, () => 0);
  return failures;
}

test("two errors before any byte was sent mean that this browser can't reach storage", () => {
  assert.equal(after(NOTHING_SENT).relayReason, null);
  assert.equal(after(NOTHING_SENT, NOTHING_SENT).relayReason, "blocked");
});

test("a byte that was ever sent means that it can", () => {
  assert.equal(after(BROKEN_OFF, NOTHING_SENT, NOTHING_SENT).relayReason, null);
});

test("an answer in between means that it can, too", () => {
  const readable = { ...NOTHING_SENT, status: 503 };
  assert.equal(after(NOTHING_SENT, readable, NOTHING_SENT).relayReason, null);
});

test("a PUT that was never sent says nothing of the network", () => {
  const unsent = { wasSent: false, status: 0, sent: 0 };
  assert.equal(after(unsent, unsent).relayReason, null);
});

test("five failures of any kind are enough", () => {
  const four = [REFUSED, BROKEN_OFF, REFUSED, BROKEN_OFF];
  assert.equal(after(...four).relayReason, null);
  assert.equal(after(...four, REFUSED).relayReason, "failed");
});

test("each failure waits longer than the one before", () => {
  const failures = new StorageFailures();
  failures.add(REFUSED, 5_000, () => 0);
  assert.equal(failures.notBefore, 6_000);
  failures.add(REFUSED, 6_000, () => 0);
  assert.equal(failures.notBefore, 8_000);
});

test("after a success the count starts again", () => {
  const failures = after(BROKEN_OFF, NOTHING_SENT);
  failures.clear();
  assert.equal(failures.notBefore, 0);
  failures.add(NOTHING_SENT, 0, () => 0);
  assert.equal(failures.relayReason, null);
  failures.add(NOTHING_SENT, 0, () => 0);
  assert.equal(failures.relayReason, "blocked");
});
