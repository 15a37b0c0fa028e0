import assert from "node:assert/strict";
import { test } from "node:test";

import { realClock } from "../../../static/js/lib/clock.js";

test("a call comes later, unless it is cancelled or due never", async () => {
  const calls = [];
  const cancel = realClock.after(0, () => calls.push("cancelled"));
  realClock.after(Infinity, () => calls.push("never"))();
  cancel();
  await new Promise((resolve) => realClock.after(0, () => resolve(calls.push("last"))));
  assert.deepEqual(calls, ["last"]);
});

test("the time goes on", () => {
  const before = realClock.now();
  assert.ok(realClock.now() >= before);
});
