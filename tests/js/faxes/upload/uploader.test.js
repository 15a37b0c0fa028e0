import assert from "node:assert/strict";
import { test } from "node:test";

import { Carrier } from "../../../../static/js/faxes/upload/uploader.js";
import { Away, Gone, SignedOut } from "../../../../static/js/faxes/upload/upload_api.js";
import { FakeClock, settle } from "../../fakes.js";

const STORED = { wasSent: true, status: 200, etag: '"e"', text: "", sent: 3 };
const REFUSED = { wasSent: true, status: 403, etag: "", text: "", sent: 3 };
const BROKEN_OFF = { wasSent: true, status: 0, etag: "", text: "", sent: 2 };
const NOTHING_LEFT = { wasSent: true, status: 0, etag: "", text: "", sent: 0 };

const one = new File(["one"], "one.pdf");
const two = new File(["two"], "two.pdf");

/**
 * A portal in a few lines: it gives a target to each missing document, to the last one (the
 * smallest) only when all others are stored. Tests change its fields to make it behave otherwise.
 */
class FakePortal {
  asked = [];
  state = "go";
  tries = 0;

  constructor(...names) {
    this.documents = names.map((name, index) => ({
      id: index + 1,
      name: `${name}.pdf`,
      size: 3,
      sha256: name,
      state: "missing",
    }));
  }

  standing(withTargets) {
    const last = this.documents.at(-1);
    const areOthersStored = this.documents.every(({ state }, i) => state === "stored" || this.documents[i] === last);
    const documents = this.documents.map((document) => {
      const isMissing = ["missing", "unknown"].includes(document.state);
      const mayGo = isMissing && (document !== last || areOthersStored);
      const target = { url: `https://storage/${document.id}`, headers: {} };
      return withTargets && this.state === "go" && mayGo ? { ...document, target } : { ...document };
    });
    const isOver = this.documents.every(({ state }) => state === "stored");
    return { state: isOver ? "over" : this.state, seconds: 3, sentence: "", documents };
  }

  named(id) {
    return this.documents.find((document) => document.id === id);
  }

  async targets() {
    this.asked.push("targets");
    return this.standing(true);
  }

  async open({ id }) {
    this.asked.push(`open ${id}`);
    this.named(id).state = "moving";
    this.tries += 1;
    return (this.opened ??= new Map()).set(this.tries, id) && this.tries;
  }

  async alive(number, sent) {
    this.asked.push(`alive ${number} ${sent}`);
    return true;
  }

  async report(number, { status, wasSent }) {
    this.asked.push(`report ${number} ${wasSent ? status : "not sent"}`);
    this.named(this.opened.get(number)).state = status === 200 ? "stored" : "unknown";
    return this.standing(false);
  }

  async handOver(id, file, why) {
    this.asked.push(`hand over ${id} ${why}`);
    this.named(id).state = "held";
    return { standing: this.standing(false) };
  }
}

/** A carrier with all that it needs; each PUT waits until the test ends it. */
function carrierTo(portal) {
  const clock = new FakeClock();
  const puts = [];
  const notes = [];
  const put = (target, file, { onProgress, signal }) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve({ ...NOTHING_LEFT, wasSent: false });
      signal.addEventListener("abort", () => resolve(BROKEN_OFF));
      puts.push({ url: target.url, file, moves: onProgress, ends: resolve });
    });
  const note = (said) => notes.push(said);
  const carrier = new Carrier({ portal, put, clock, note, random: () => 0 });
  return { carrier, clock, puts, notes };
}

test("a file is opened, PUT and reported, and then all is over", async () => {
  const portal = new FakePortal("one");
  const { carrier, puts } = carrierTo(portal);
  const done = carrier.carry(new Map([["one", one]]));
  await settle();
  assert.equal(puts[0].url, "https://storage/1");
  assert.equal(puts[0].file, one);
  assert.ok(carrier.isUnderWay);
  puts[0].ends(STORED);
  await done;
  assert.deepEqual(portal.asked, ["targets", "open 1", "report 1 200", "targets"]);
  assert.equal(carrier.standing.state, "over");
  assert.ok(!carrier.isUnderWay);
});

test("targets that came with the form's answer are used without asking", async () => {
  const portal = new FakePortal("one");
  const { carrier, puts } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]), portal.standing(true));
  await settle();
  assert.equal(puts.length, 1);
  assert.deepEqual(portal.asked, ["open 1"]);
});

test("targets are not kept", async () => {
  const portal = new FakePortal("one");
  const { carrier } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
  await settle();
  assert.equal(JSON.stringify(carrier.standing).includes("storage"), false);
});

test("files go side by side, the one without a target when it gets one", async () => {
  const portal = new FakePortal("one", "two", "last");
  const { carrier, puts } = carrierTo(portal);
  const last = new File(["last"], "last.pdf");
  const done = carrier.carry(new Map([["one", one], ["two", two], ["last", last]]));
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

test("a file that the page doesn't have is left to another", async () => {
  const portal = new FakePortal("one", "two");
  const { carrier, puts } = carrierTo(portal);
  const done = carrier.carry(new Map([["two", two]]));
  await settle();
  assert.equal(puts.length, 0);
  portal.documents[0].state = "stored";
  portal.documents[1].state = "stored";
  carrier.nudge();
  await done;
});

test("it rests when nothing of what it has is missing", async () => {
  const portal = new FakePortal("one", "two");
  const { carrier, puts } = carrierTo(portal);
  const done = carrier.carry(new Map([["one", one]]));
  await settle();
  puts[0].ends(STORED);
  await done;
  assert.equal(carrier.standing.state, "go");
  assert.ok(!carrier.isUnderWay);
});

test("a file that another page sends is kept, in case that page goes", async () => {
  const portal = new FakePortal("one");
  portal.documents[0].state = "moving";
  const { carrier, puts, clock } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
  await clock.pass(5_000);
  assert.equal(puts.length, 0);
  portal.documents[0].state = "unknown";
  await clock.pass(2_000);
  assert.equal(puts[0].file, one);
});

test("files that come later join in", async () => {
  const portal = new FakePortal("one", "two", "last");
  const { carrier, puts } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
  await settle();
  carrier.carry(new Map([["two", two]]));
  await settle();
  assert.deepEqual(puts.map(({ file }) => file), [one, two]);
});

test("progress is kept for each file, and life is shown every 5 seconds", async () => {
  const portal = new FakePortal("one");
  const { carrier, puts, clock } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
  await settle();
  puts[0].moves(2);
  assert.equal(carrier.trips.get(1).sent, 2);
  await clock.pass(10_000);
  assert.deepEqual(portal.asked.slice(2), ["alive 1 2", "alive 1 2"]);
  puts[0].ends(STORED);
  await clock.pass(10_000);
  assert.equal(portal.asked.filter((asked) => asked.startsWith("alive")).length, 2);
});

test("a try that may not go on is broken off and reported", async () => {
  const portal = new FakePortal("one");
  portal.alive = async () => false;
  const { carrier, clock } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
  await clock.pass(5_000);
  assert.deepEqual(portal.asked.slice(0, 3), ["targets", "open 1", "report 1 0"]);
});

test("a sign of life that nobody hears is told, and changes nothing", async () => {
  const portal = new FakePortal("one");
  portal.alive = async () => {
    throw new Away();
  };
  const { carrier, puts, clock } = carrierTo(portal);
  const done = carrier.carry(new Map([["one", one]]));
  await clock.pass(20_000);
  assert.equal(carrier.trouble, "away");
  puts[0].ends(STORED);
  await done;
  assert.equal(carrier.trouble, null);
});

test("while it has to wait it asks again when it was told to", async () => {
  const portal = new FakePortal("one");
  portal.state = "wait";
  const { carrier, puts, clock } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
  await clock.pass(2_999);
  assert.deepEqual(portal.asked, ["targets"]);
  portal.state = "go";
  await clock.pass(1);
  assert.equal(puts.length, 1);
});

test("where no target comes and nothing moves it asks again soon", async () => {
  const portal = new FakePortal("one", "two");
  const { carrier, clock } = carrierTo(portal);
  carrier.carry(new Map([["two", two]]));
  await clock.pass(1_999);
  assert.deepEqual(portal.asked, ["targets"]);
  await clock.pass(1);
  assert.deepEqual(portal.asked, ["targets", "targets"]);
});

test("a refusal is tried again after a pause that grows, at a fresh target", async () => {
  const portal = new FakePortal("one");
  const { carrier, puts, clock } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
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
  const { carrier, puts } = carrierTo(portal);
  carrier.carry(new Map([["one", one], ["two", two]]));
  await settle();
  puts[0].ends(REFUSED);
  await settle();
  puts[1].ends(STORED);
  await settle();
  assert.equal(portal.documents[1].state, "stored");
  assert.equal(puts.length, 2);
});

test("two PUTs of which no byte left send the file back to the portal, and the next at once", async () => {
  const portal = new FakePortal("one", "two", "last");
  const { carrier, puts, clock } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
  await settle();
  puts[0].ends(NOTHING_LEFT);
  await clock.pass(1_000);
  puts[1].ends(NOTHING_LEFT);
  await clock.pass(2_000);
  assert.equal(portal.asked.at(-2), "hand over 1 blocked");
  carrier.carry(new Map([["two", two]]));
  await settle();
  assert.ok(portal.asked.includes("hand over 2 blocked"));
  assert.equal(puts.length, 2);
});

test("five failures of any kind send the file back to the portal", async () => {
  const portal = new FakePortal("one");
  const { carrier, puts, clock } = carrierTo(portal);
  const done = carrier.carry(new Map([["one", one]]));
  for (const answer of [BROKEN_OFF, REFUSED, BROKEN_OFF, REFUSED, BROKEN_OFF]) {
    await settle();
    puts.at(-1).ends(answer);
    await clock.pass(30_000);
  }
  await done;
  assert.ok(portal.asked.includes("hand over 1 failed"));
  assert.equal(puts.length, 5);
});

test("files that the portal wants are handed to it", async () => {
  const portal = new FakePortal("one", "two");
  portal.state = "files_wanted";
  portal.documents[0].state = "unknown";
  const { carrier, puts } = carrierTo(portal);
  await carrier.carry(new Map([["one", one], ["two", two]]));
  assert.deepEqual(portal.asked.slice(1, 3), ["hand over 1 asked", "hand over 2 asked"]);
  assert.equal(puts.length, 0);
});

test("a file that the portal refuses is told and not offered again", async () => {
  const portal = new FakePortal("one");
  portal.state = "files_wanted";
  portal.handOver = async () => ({ refusal: "This is another file." });
  const { carrier, notes } = carrierTo(portal);
  await carrier.carry(new Map([["one", one]]));
  assert.deepEqual(notes, [{ kind: "refused", name: "one.pdf", sentence: "This is another file." }]);
});

test("a file that can't be read any more is told, and no try is opened", async () => {
  const portal = new FakePortal("one");
  const { carrier, notes } = carrierTo(portal);
  const removed = { size: 3, slice: () => ({ arrayBuffer: () => Promise.reject(new Error()) }) };
  await carrier.carry(new Map([["one", removed]]));
  assert.deepEqual(notes, [{ kind: "unreadable", name: "one.pdf", sentence: "" }]);
  assert.equal(portal.asked.includes("open 1"), false);
});

test("a try that may not be opened now is asked for again soon", async () => {
  const portal = new FakePortal("one");
  const open = portal.open;
  portal.open = async () => null;
  const { carrier, puts, clock } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
  await clock.pass(1_999);
  assert.equal(puts.length, 0);
  portal.open = open;
  await clock.pass(2_001);
  assert.equal(puts.length, 1);
});

/** Makes one question fail so often as this, before it is answered. */
function failing(portal, name, times, Problem) {
  const answer = portal[name].bind(portal);
  portal[name] = async (...question) => {
    if (times-- > 0) throw new Problem();
    return answer(...question);
  };
}

test("without a network it waits, and goes on when told that it is back", async () => {
  const portal = new FakePortal("one");
  failing(portal, "targets", 1, Away);
  const { carrier, puts } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
  await settle();
  assert.equal(carrier.trouble, "away");
  carrier.nudge();
  await settle();
  assert.equal(carrier.trouble, null);
  assert.equal(puts.length, 1);
});

test("a report is made until it is taken, and a network that was gone is no failure", async () => {
  const portal = new FakePortal("one");
  const { carrier, puts, clock } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
  await settle();
  for (let round = 0; round < 6; round += 1) {
    failing(portal, "report", 2, Away);
    puts.at(-1).ends(NOTHING_LEFT);
    await clock.pass(5_000);
  }
  assert.equal(puts.length, 7);
  assert.equal(portal.asked.some((asked) => asked.startsWith("hand over")), false);
});

test("who has to sign in again is told so, and it goes on afterwards", async () => {
  const portal = new FakePortal("one");
  failing(portal, "open", 1, SignedOut);
  const { carrier, puts, clock } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
  await settle();
  assert.equal(carrier.trouble, "signed_out");
  await clock.pass(1_000);
  assert.equal(carrier.trouble, null);
  assert.equal(puts.length, 1);
});

test("a fax that is somebody else's now ends it all", async () => {
  const portal = new FakePortal("one", "two", "last");
  const { carrier, puts } = carrierTo(portal);
  const done = carrier.carry(new Map([["one", one], ["two", two]]));
  await settle();
  failing(portal, "report", 2, Gone);
  puts[0].ends(STORED);
  await done;
  assert.equal(carrier.trouble, "gone");
  assert.equal(carrier.trips.size, 0);
});

test("giving up breaks off what runs, and waits for its report", async () => {
  const portal = new FakePortal("one", "two", "last");
  const { carrier } = carrierTo(portal);
  carrier.carry(new Map([["one", one], ["two", two]]));
  await settle();
  await carrier.stop();
  assert.deepEqual(portal.asked.slice(-2), ["report 1 0", "report 2 0"]);
  assert.ok(!carrier.isUnderWay);
});

test("giving up waits for no portal that is away", async () => {
  const portal = new FakePortal("one");
  const { carrier } = carrierTo(portal);
  carrier.carry(new Map([["one", one]]));
  await settle();
  failing(portal, "report", Infinity, Away);
  await carrier.stop();
  assert.equal(carrier.trips.size, 0);
});

test("giving up between the try and its PUT reports that nothing was sent", async () => {
  const portal = new FakePortal("one");
  const { carrier } = carrierTo(portal);
  const open = portal.open.bind(portal);
  let stopped;
  portal.open = async (document) => {
    stopped = carrier.stop();
    return open(document);
  };
  carrier.carry(new Map([["one", one]]));
  await settle();
  await stopped;
  assert.equal(portal.asked.at(-1), "report 1 not sent");
});

test("it can't go on after giving up", async () => {
  const portal = new FakePortal("one");
  const { carrier, puts } = carrierTo(portal);
  await carrier.stop();
  await carrier.carry(new Map([["one", one]]));
  assert.ok(carrier.isOver);
  assert.equal(puts.length, 0);
  assert.deepEqual(portal.asked, []);
});
