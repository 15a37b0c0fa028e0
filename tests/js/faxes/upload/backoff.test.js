import assert from "node:assert/strict";
import { test } from "node:test";

import { backoff } from "../../../../static/js/faxes/upload/backoff.js";

test("pauses double up to half a minute", () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backoff(failures, () => 0));
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 30, 30, 30].map((seconds) => 1000 * seconds));
});

test("chance shortens a pause by up to a half", () => {
  assert.equal(backoff(2, () => 0.5), 1500);
  assert.equal(backoff(2, () => 1), 1000);
});
