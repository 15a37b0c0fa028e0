import assert from "node:assert/strict";
import { test } from "node:test";

import { PortalAway } from "../../../../static/js/faxes/upload/upload_api.js";
import { settle } from "../../fakes.js";
import {
  FakePortal,
  STORED,
  failing,
  one,
  two,
  uploaderTo,
} from "./fake_portal.js";

test("targets of the form's answer are used without another request", async () => {
  const portal = new FakePortal("one");
  const { uploader, puts } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]), portal.status(true));
  await settle();
  assert.equal(puts.length, 1);
  assert.deepEqual(portal.asked, ["start 1"]);
});

test("targets are not kept", async () => {
  const portal = new FakePortal("one");
  const { uploader } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  await settle();
  assert.equal(JSON.stringify(uploader.status).includes("storage"), false);
});

test("files go side by side, the one without a target when it gets one", async () => {
  const portal = new FakePortal("one", "two", "last");
  const { uploader, puts } = uploaderTo(portal);
  const last = new File(["last"], "last.pdf");
  const done = uploader.upload(new Map([["one", one], ["two", two], ["last", last]]));
  await settle();
  assert.deepEqual(puts.map(({ url }) => url.at(-1)), ["1", "2"]);
  puts[1].ends(STORED);
  await settle();
  assert.equal(puts.length, 2);
  puts[0].ends(STORED);
  await settle();
  assert.equal(puts[2].file, last);
  puts[2].ends(STORED);
  await done;
});

test("a file that the page doesn't have is left to another page", async () => {
  const portal = new FakePortal("one", "two");
  const { uploader, puts } = uploaderTo(portal);
  const done = uploader.upload(new Map([["two", two]]));
  await settle();
  assert.equal(puts.length, 0);
  portal.documents[0].state = "stored";
  portal.documents[1].state = "stored";
  uploader.retryNow();
  await done;
});

test("the uploader is idle when none of its files is missing", async () => {
  const portal = new FakePortal("one", "two");
  const { uploader, puts } = uploaderTo(portal);
  const done = uploader.upload(new Map([["one", one]]));
  await settle();
  puts[0].ends(STORED);
  await done;
  assert.equal(uploader.status.state, "go");
  assert.ok(!uploader.isUploading);
});

test("a file that another page sends is kept, in case that page goes", async () => {
  const portal = new FakePortal("one");
  portal.documents[0].state = "moving";
  const { uploader, puts, clock } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  await clock.pass(5_000);
  assert.equal(puts.length, 0);
  portal.documents[0].state = "unknown";
  await clock.pass(2_000);
  assert.equal(puts[0].file, one);
});

test("files that come later are uploaded, too", async () => {
  const portal = new FakePortal("one", "two", "last");
  const { uploader, puts } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  await settle();
  uploader.upload(new Map([["two", two]]));
  await settle();
  assert.deepEqual(puts.map(({ file }) => file), [one, two]);
});

test("while the uploader has to wait, it asks again at the time that the portal names", async () => {
  const portal = new FakePortal("one");
  portal.state = "wait";
  const { uploader, puts, clock } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  await clock.pass(2_999);
  assert.deepEqual(portal.asked, ["targets"]);
  portal.state = "go";
  await clock.pass(1);
  assert.equal(puts.length, 1);
});

test("without a target and a transfer the uploader asks again soon", async () => {
  const portal = new FakePortal("one", "two");
  const { uploader, clock } = uploaderTo(portal);
  uploader.upload(new Map([["two", two]]));
  await clock.pass(1_999);
  assert.deepEqual(portal.asked, ["targets"]);
  await clock.pass(1);
  assert.deepEqual(portal.asked, ["targets", "targets"]);
});

test("a stop breaks off the transfers, and waits for their reports", async () => {
  const portal = new FakePortal("one", "two", "last");
  const { uploader } = uploaderTo(portal);
  uploader.upload(new Map([["one", one], ["two", two]]));
  await settle();
  await uploader.stop();
  assert.deepEqual(portal.asked.slice(-2), ["end 1 0", "end 2 0"]);
  assert.ok(!uploader.isUploading);
});

test("a stop does not wait for a portal that is away", async () => {
  const portal = new FakePortal("one");
  const { uploader } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  await settle();
  failing(portal, "endAttempt", Infinity, PortalAway);
  await uploader.stop();
  assert.equal(uploader.transfers.size, 0);
});

test("the uploader can't go on after a stop", async () => {
  const portal = new FakePortal("one");
  const { uploader, puts } = uploaderTo(portal);
  await uploader.stop();
  await uploader.upload(new Map([["one", one]]));
  assert.ok(uploader.isStopped);
  assert.equal(puts.length, 0);
  assert.deepEqual(portal.asked, []);
});
