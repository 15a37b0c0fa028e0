import assert from "node:assert/strict";
import { test } from "node:test";

import { readableDuration } from "../../../static/js/lib/duration.js";

test("a length of time has the unit that fits", () => {
  const said = [0.2, 41.2, 61, 5_399, 7_201].map((seconds) => readableDuration(seconds, "en"));
  assert.deepEqual(said, ["1 second", "42 seconds", "2 minutes", "90 minutes", "3 hours"]);
});
