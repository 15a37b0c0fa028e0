import assert from "node:assert/strict";
import { test } from "node:test";

import { percent } from "../../../static/js/lib/percent.js";

test("100 percent are shown only when every byte is there", () => {
  assert.equal(percent(199_999_999, 200_000_000), 99);
  assert.equal(percent(200_000_000, 200_000_000), 100);
  assert.equal(percent(0, 0), 100);
});
