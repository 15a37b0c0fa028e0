import assert from "node:assert/strict";
import { test } from "node:test";

import { heartbeat } from "../../../../static/js/faxes/upload/keep_alive.js";
import { FakeClock, deferred, settle } from "../../fakes.js";

test("it beats every five seconds, and not any more once it is ended", async () => {
  const clock = new FakeClock();
  let beats = 0;
  const end = heartbeat(clock, async () => {
    beats += 1;
  });
  await clock.pass(14_999);
  assert.equal(beats, 2);
  end();
  await clock.pass(60_000);
  assert.equal(beats, 2);
});

test("a beat that takes long is not overtaken, and one that ends late is the last", async () => {
  const clock = new FakeClock();
  const beat = deferred();
  let beats = 0;
  const end = heartbeat(clock, () => {
    beats += 1;
    return beat.promise;
  });
  await clock.pass(60_000);
  assert.equal(beats, 1);
  end();
  beat.resolve();
  await settle();
  await clock.pass(60_000);
  assert.equal(beats, 1);
});
