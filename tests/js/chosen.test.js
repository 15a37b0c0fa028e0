import assert from "node:assert/strict";
import { test } from "node:test";

import { withMore } from "../../static/js/compose/chosen.js";

test("a file that is chosen twice is there once", () => {
  const first = new File(["a"], "a.pdf", { lastModified: 1 });
  const again = new File(["a"], "a.pdf", { lastModified: 1 });
  const other = new File(["a"], "b.pdf", { lastModified: 1 });
  assert.deepEqual(
    withMore([first], [again, other]).map(({ name }) => name),
    ["a.pdf", "b.pdf"],
  );
});
