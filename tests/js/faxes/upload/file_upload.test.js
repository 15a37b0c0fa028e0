// The upload of one file, tested through the Uploader.

import assert from "node:assert/strict";
import { test } from "node:test";

import { PortalAway } from "../../../../static/js/faxes/upload/upload_api.js";
import { settle } from "../../fakes.js";
import {
  FakePortal,
  NOTHING_SENT,
  STORED,
  failing,
  one,
  two,
  uploaderTo,
} from "./fake_portal.js";

test("a file is PUT between the start and the end of an attempt, and then all is over", async () => {
  const portal = new FakePortal("one");
  const { uploader, puts } = uploaderTo(portal);
  const done = uploader.upload(new Map([["one", one]]));
  await settle();
  assert.equal(puts[0].url, "https://storage/1");
  assert.equal(puts[0].file, one);
  assert.ok(uploader.isUploading);
  puts[0].ends(STORED);
  await done;
  assert.deepEqual(portal.asked, ["targets", "start 1", "end 1 200", "targets"]);
  assert.equal(uploader.status.state, "over");
  assert.ok(!uploader.isUploading);
});

test("progress is kept for each file, and the attempt is kept alive every 5 seconds", async () => {
  const portal = new FakePortal("one");
  const { uploader, puts, clock } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  await settle();
  puts[0].moves(2);
  assert.equal(uploader.transfers.get(1).sent, 2);
  await clock.pass(10_000);
  assert.deepEqual(portal.asked.slice(2), ["alive 1 2", "alive 1 2"]);
  puts[0].ends(STORED);
  await clock.pass(10_000);
  assert.equal(portal.asked.filter((asked) => asked.startsWith("alive")).length, 2);
});

test("an attempt that may not go on is broken off and reported", async () => {
  const portal = new FakePortal("one");
  portal.keepAlive = async () => false;
  const { uploader, clock } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  await clock.pass(5_000);
  assert.deepEqual(portal.asked.slice(0, 3), ["targets", "start 1", "end 1 0"]);
});

test("a keep-alive without an answer is shown, and changes nothing", async () => {
  const portal = new FakePortal("one");
  portal.keepAlive = async () => {
    throw new PortalAway();
  };
  const { uploader, puts, clock } = uploaderTo(portal);
  const done = uploader.upload(new Map([["one", one]]));
  await clock.pass(20_000);
  assert.equal(uploader.trouble, "away");
  puts[0].ends(STORED);
  await done;
  assert.equal(uploader.trouble, null);
});

test("files that the portal wants are handed to it", async () => {
  const portal = new FakePortal("one", "two");
  portal.state = "files_wanted";
  portal.documents[0].state = "unknown";
  const { uploader, puts } = uploaderTo(portal);
  await uploader.upload(new Map([["one", one], ["two", two]]));
  assert.deepEqual(portal.asked.slice(1, 3), ["relay 1 asked", "relay 2 asked"]);
  assert.equal(puts.length, 0);
});

test("a file that the portal refuses is reported and not offered again", async () => {
  const portal = new FakePortal("one");
  portal.state = "files_wanted";
  portal.relay = async () => ({ refusal: "This is another file." });
  const { uploader, problems } = uploaderTo(portal);
  await uploader.upload(new Map([["one", one]]));
  assert.deepEqual(problems, [{ kind: "refused", name: "one.pdf", sentence: "This is another file." }]);
});

test("a file that can't be read any more is reported, and no attempt starts", async () => {
  const portal = new FakePortal("one");
  const { uploader, problems } = uploaderTo(portal);
  const removed = { size: 3, slice: () => ({ arrayBuffer: () => Promise.reject(new Error()) }) };
  await uploader.upload(new Map([["one", removed]]));
  assert.deepEqual(problems, [{ kind: "unreadable", name: "one.pdf", sentence: "" }]);
  assert.equal(portal.asked.includes("start 1"), false);
});

test("an attempt that may not start now is asked for again soon", async () => {
  const portal = new FakePortal("one");
  const startAttempt = portal.startAttempt;
  portal.startAttempt = async () => null;
  const { uploader, puts, clock } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  await clock.pass(1_999);
  assert.equal(puts.length, 0);
  portal.startAttempt = startAttempt;
  await clock.pass(2_001);
  assert.equal(puts.length, 1);
});

test("a report is repeated until the portal takes it, and a network that was gone is no failure", async () => {
  const portal = new FakePortal("one");
  const { uploader, puts, clock } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  await settle();
  for (let round = 0; round < 6; round += 1) {
    failing(portal, "endAttempt", 2, PortalAway);
    puts.at(-1).ends(NOTHING_SENT);
    await clock.pass(5_000);
  }
  assert.equal(puts.length, 7);
  assert.equal(portal.asked.some((asked) => asked.startsWith("relay")), false);
});

test("a stop between the start of an attempt and its PUT reports that nothing was sent", async () => {
  const portal = new FakePortal("one");
  const { uploader } = uploaderTo(portal);
  const startAttempt = portal.startAttempt.bind(portal);
  let stopped;
  portal.startAttempt = async (document) => {
    stopped = uploader.stop();
    return startAttempt(document);
  };
  uploader.upload(new Map([["one", one]]));
  await settle();
  await stopped;
  assert.equal(portal.asked.at(-1), "end 1 not sent");
});
