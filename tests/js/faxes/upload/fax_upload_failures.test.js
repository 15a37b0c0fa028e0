import assert from "node:assert/strict";
import { test } from "node:test";

import { AccessLost, PortalAway, SignedOut } from "../../../../static/js/faxes/upload/upload_api.js";
import { settle } from "../../fakes.js";
import {
  BROKEN_OFF,
  FakePortal,
  NOTHING_SENT,
  REFUSED,
  STORED,
  failing,
  one,
  two,
  uploaderTo,
} from "./fake_portal.js";

test("a refusal is tried again after a pause that grows, at a fresh target", async () => {
  const portal = new FakePortal("one");
  const { uploader, puts, clock } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  for (const seconds of [1, 2, 4]) {
    await settle();
    puts.at(-1).ends(REFUSED);
    const before = puts.length;
    await clock.pass(seconds * 1000 - 1);
    assert.equal(puts.length, before);
    await clock.pass(1);
    assert.equal(puts.length, before + 1);
  }
  puts.at(-1).ends(STORED);
});

test("the pause of one file holds up no other", async () => {
  const portal = new FakePortal("one", "two", "last");
  const { uploader, puts } = uploaderTo(portal);
  uploader.upload(new Map([["one", one], ["two", two]]));
  await settle();
  puts[0].ends(REFUSED);
  await settle();
  puts[1].ends(STORED);
  await settle();
  assert.equal(portal.documents[1].state, "stored");
  assert.equal(puts.length, 2);
});

test("after two PUTs without a byte the portal relays the file, and the next file at once", async () => {
  const portal = new FakePortal("one", "two", "last");
  const { uploader, puts, clock } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  await settle();
  puts[0].ends(NOTHING_SENT);
  await clock.pass(1_000);
  puts[1].ends(NOTHING_SENT);
  await clock.pass(2_000);
  assert.equal(portal.asked.at(-2), "relay 1 blocked");
  uploader.upload(new Map([["two", two]]));
  await settle();
  assert.ok(portal.asked.includes("relay 2 blocked"));
  assert.equal(puts.length, 2);
});

test("after five failures of any kind the portal relays the file", async () => {
  const portal = new FakePortal("one");
  const { uploader, puts, clock } = uploaderTo(portal);
  const done = uploader.upload(new Map([["one", one]]));
  for (const answer of [BROKEN_OFF, REFUSED, BROKEN_OFF, REFUSED, BROKEN_OFF]) {
    await settle();
    puts.at(-1).ends(answer);
    await clock.pass(30_000);
  }
  await done;
  assert.ok(portal.asked.includes("relay 1 failed"));
  assert.equal(puts.length, 5);
});

test("without a network the uploader waits, and goes on when the network is back", async () => {
  const portal = new FakePortal("one");
  failing(portal, "fetchTargets", 1, PortalAway);
  const { uploader, puts } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  await settle();
  assert.equal(uploader.trouble, "away");
  uploader.retryNow();
  await settle();
  assert.equal(uploader.trouble, null);
  assert.equal(puts.length, 1);
});

test("a person who has to sign in again sees that, and the upload goes on afterwards", async () => {
  const portal = new FakePortal("one");
  failing(portal, "startAttempt", 1, SignedOut);
  const { uploader, puts, clock } = uploaderTo(portal);
  uploader.upload(new Map([["one", one]]));
  await settle();
  assert.equal(uploader.trouble, "signed_out");
  await clock.pass(1_000);
  assert.equal(uploader.trouble, null);
  assert.equal(puts.length, 1);
});

test("lost access to the fax stops the uploader", async () => {
  const portal = new FakePortal("one", "two", "last");
  const { uploader, puts } = uploaderTo(portal);
  const done = uploader.upload(new Map([["one", one], ["two", two]]));
  await settle();
  failing(portal, "endAttempt", 2, AccessLost);
  puts[0].ends(STORED);
  await done;
  assert.equal(uploader.trouble, "gone");
  assert.equal(uploader.transfers.size, 0);
});
