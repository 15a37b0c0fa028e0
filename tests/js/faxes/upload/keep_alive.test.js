import assert from "node:assert/strict";
import { test } from "node:test";

import { keepAlive } from "../../../../static/js/faxes/upload/keep_alive.js";
import { FakeClock, deferred, settle } from "../../fakes.js";

test("a request is repeated every five seconds until it is stopped", async () => {
  const clock = new FakeClock();
  let requests = 0;
  const stop = keepAlive(clock, async () => {
    requests += 1;
  });
  await clock.pass(14_999);
  assert.equal(requests, 2);
  stop();
  await clock.pass(60_000);
  assert.equal(requests, 2);
});

test("a request that takes long is not overtaken, and after a late end there is none", async () => {
  const clock = new FakeClock();
  const request = deferred();
  let requests = 0;
  const stop = keepAlive(clock, () => {
    requests += 1;
    return request.promise;
  });
  await clock.pass(60_000);
  assert.equal(requests, 1);
  stop();
  request.resolve();
  await settle();
  await clock.pass(60_000);
  assert.equal(requests, 1);
});
