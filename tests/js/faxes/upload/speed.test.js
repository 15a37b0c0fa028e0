import assert from "node:assert/strict";
import { test } from "node:test";

import { Speed } from "../../../../static/js/faxes/upload/speed.js";

test("the time left follows from the last ten seconds", () => {
  const speed = new Speed();
  speed.add(0, 0);
  speed.add(2_000, 1_000_000); // the upload is slow at first, which does not count later
  speed.add(12_000, 21_000_000);
  assert.equal(speed.secondsFor(4_000_000), 2);
});

test("the time left is not known in the first second, or while nothing is sent", () => {
  const speed = new Speed();
  assert.equal(speed.secondsFor(10), null);
  speed.add(0, 0);
  speed.add(999, 1_000);
  assert.equal(speed.secondsFor(10), null);
  const stuck = new Speed();
  stuck.add(0, 500);
  stuck.add(5_000, 500);
  assert.equal(stuck.secondsFor(10), null);
});

test("a file that is sent again from its start restarts the measurement", () => {
  const speed = new Speed();
  speed.add(0, 0);
  speed.add(4_000, 8_000);
  speed.add(5_000, 0);
  assert.equal(speed.secondsFor(10), null);
  speed.add(7_000, 2_000);
  assert.equal(speed.secondsFor(1_000), 1);
});
