import assert from "node:assert/strict";
import { test } from "node:test";

import { Ended, Line } from "../../../../static/js/faxes/upload/portal_connection.js";
import { Away, Gone, SignedOut } from "../../../../static/js/faxes/upload/upload_api.js";
import { FakeClock, settle } from "../../fakes.js";

/** A line, the troubles that it told, and how often it was asked. */
function lineWith(...answers) {
  const clock = new FakeClock();
  const told = [];
  const line = new Line(clock, () => 0, () => told.push(line.trouble));
  const question = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { clock, line, told, left: answers, question };
}

test("it asks again with growing pauses, and tells a trouble once", async () => {
  const { clock, line, told, left, question } = lineWith(new Away(), new Away(), new SignedOut(), "yes");
  const answer = line.ask(question);
  await clock.pass(2_999);
  assert.equal(left.length, 2);
  await clock.pass(4_001);
  assert.equal(await answer, "yes");
  assert.deepEqual(told, ["away", "signed_out", null]);
});

test("a nudge ends the pause", async () => {
  const { line, question } = lineWith(new Away(), "yes");
  const answer = line.ask(question);
  await settle();
  line.nudge();
  assert.equal(await answer, "yes");
});

test("a fax that is gone ends it", async () => {
  const { line, question } = lineWith(new Gone());
  await assert.rejects(line.ask(question), Ended);
  assert.equal(line.trouble, "gone");
  await assert.rejects(line.ask(question), Ended);
});

test("once it is over nothing is asked, but what is owed is said once", async () => {
  const { line, left, question } = lineWith("first", "second", new Away(), "never");
  line.end();
  await assert.rejects(line.ask(question), Ended);
  assert.equal(await line.ask(question, { isOwed: true }), "first");
  assert.equal(await line.ask(question, { isOwed: true }), "second");
  await assert.rejects(line.ask(question, { isOwed: true }), Ended);
  assert.deepEqual(left, ["never"]);
});

test("a mistake of our own is no trouble of the portal's", async () => {
  const { line, question } = lineWith(new TypeError("a bug"));
  await assert.rejects(line.ask(question), TypeError);
});
