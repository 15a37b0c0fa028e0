import assert from "node:assert/strict";
import { test } from "node:test";

import { guardUnload } from "../../../static/js/lib/unload_guard.js";

test("the browser asks only while the page works on something", () => {
  const page = new EventTarget();
  let isWorking = false;
  guardUnload(() => isWorking, page);
  const leave = () => page.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  assert.equal(leave(), true);
  isWorking = true;
  assert.equal(leave(), false);
});
