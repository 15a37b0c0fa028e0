import assert from "node:assert/strict";
import { test } from "node:test";

import { Speed, percent, readableTime } from "../../../../static/js/faxes/upload/speed.js";

test("100 percent are shown only when every byte is there", () => {
  assert.equal(percent(199_999_999, 200_000_000), 99);
  assert.equal(percent(200_000_000, 200_000_000), 100);
  assert.equal(percent(0, 0), 100);
});

test("the rest takes as long as the last ten seconds say", () => {
  const speed = new Speed();
  speed.saw(0, 0);
  speed.saw(2_000, 1_000_000); // slow at first, and forgotten later
  speed.saw(12_000, 21_000_000);
  assert.equal(speed.secondsFor(4_000_000), 2);
});

test("nobody can tell before a second has passed, or while nothing moves", () => {
  const speed = new Speed();
  assert.equal(speed.secondsFor(10), null);
  speed.saw(0, 0);
  speed.saw(999, 1_000);
  assert.equal(speed.secondsFor(10), null);
  const stuck = new Speed();
  stuck.saw(0, 500);
  stuck.saw(5_000, 500);
  assert.equal(stuck.secondsFor(10), null);
});

test("a file that starts anew starts the measuring anew", () => {
  const speed = new Speed();
  speed.saw(0, 0);
  speed.saw(4_000, 8_000);
  speed.saw(5_000, 0);
  assert.equal(speed.secondsFor(10), null);
  speed.saw(7_000, 2_000);
  assert.equal(speed.secondsFor(1_000), 1);
});

test("times are said in the unit that fits", () => {
  const said = [0.2, 41.2, 61, 5_399, 7_201].map((seconds) => readableTime(seconds, "en"));
  assert.deepEqual(said, ["1 second", "42 seconds", "2 minutes", "90 minutes", "3 hours"]);
});
