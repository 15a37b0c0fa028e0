import assert from "node:assert/strict";
import { test } from "node:test";

import { readableSize } from "../../../static/js/lib/file_size.js";

test("sizes are written as people read them", () => {
  const said = [0, 1023, 1024, 20.25 * 1024 ** 2, 3 * 1024 ** 4].map((size) => readableSize(size, "en"));
  assert.deepEqual(said, ["0\u00a0bytes", "1,023\u00a0bytes", "1\u00a0kB", "20.3\u00a0MB", "3,072\u00a0GB"]);
});
