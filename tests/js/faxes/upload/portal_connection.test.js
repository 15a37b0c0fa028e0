import assert from "node:assert/strict";
import { test } from "node:test";

import { ConnectionClosed, PortalConnection } from "../../../../static/js/faxes/upload/portal_connection.js";
import { AccessLost, PortalAway, SignedOut } from "../../../../static/js/faxes/upload/upload_api.js";
import { FakeClock, settle } from "../../fakes.js";

/** A connection, the troubles that the connection reported, and the answers that are left. */
function connectionWith(...answers) {
  const clock = new FakeClock();
  const told = [];
  const connection = new PortalConnection(clock, () => 0, () => told.push(connection.trouble));
  const question = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { clock, connection, told, left: answers, question };
}

test("a connection asks again with growing pauses, and reports a trouble once", async () => {
  const { clock, connection, told, left, question } = connectionWith(new PortalAway(), new PortalAway(), new SignedOut(), "yes");
  const answer = connection.ask(question);
  await clock.pass(2_999);
  assert.equal(left.length, 2);
  await clock.pass(4_001);
  assert.equal(await answer, "yes");
  assert.deepEqual(told, ["away", "signed_out", null]);
});

test("a retry ends the pause", async () => {
  const { connection, question } = connectionWith(new PortalAway(), "yes");
  const answer = connection.ask(question);
  await settle();
  connection.retryNow();
  assert.equal(await answer, "yes");
});

test("lost access to the fax closes the connection", async () => {
  const { connection, question } = connectionWith(new AccessLost());
  await assert.rejects(connection.ask(question), ConnectionClosed);
  assert.equal(connection.trouble, "gone");
  await assert.rejects(connection.ask(question), ConnectionClosed);
});

test("after the close no request is sent, except one that is sent at least once", async () => {
  const { connection, left, question } = connectionWith("first", "second", new PortalAway(), "never");
  connection.close();
  await assert.rejects(connection.ask(question), ConnectionClosed);
  assert.equal(await connection.ask(question, { atLeastOnce: true }), "first");
  assert.equal(await connection.ask(question, { atLeastOnce: true }), "second");
  await assert.rejects(connection.ask(question, { atLeastOnce: true }), ConnectionClosed);
  assert.deepEqual(left, ["never"]);
});

test("an error in our own code is no trouble of the portal", async () => {
  const { connection, question } = connectionWith(new TypeError("a bug"));
  await assert.rejects(connection.ask(question), TypeError);
});
