import assert from "node:assert/strict";
import { test } from "node:test";

import { Autosave } from "../../../../static/js/compose/draft/autosave.js";
import { FakeClock, deferred, settle } from "../../fakes.js";

/** A form in which a test types, and a portal that answers as the test says. */
function desk() {
  const desk = { typed: "", sent: [], answers: [], clock: new FakeClock() };
  desk.autosave = new Autosave({
    read: () => desk.typed,
    send: async (typed, how) => {
      desk.sent.push(how.isLeaving ? `${typed} (leaving)` : typed);
      return desk.answers.length ? desk.answers.shift() : "saved";
    },
    clock: desk.clock,
  });
  desk.type = (text) => {
    desk.typed = text;
    desk.autosave.changed();
  };
  desk.autosave.begin();
  return desk;
}

test("a form that nobody touched is not saved", async () => {
  const d = desk();
  d.autosave.changed();
  await d.clock.pass(60_000);
  await d.autosave.saveNow({ isLeaving: true });
  assert.deepEqual(d.sent, []);
});

test("typing goes out once, when it has stopped for a second", async () => {
  const d = desk();
  d.type("O");
  await d.clock.pass(600);
  d.type("Of");
  await d.clock.pass(600);
  assert.deepEqual(d.sent, []);
  await d.clock.pass(600);
  assert.deepEqual(d.sent, ["Of"]);
  await d.clock.pass(60_000);
  assert.deepEqual(d.sent, ["Of"]);
});

test("a page that is left saves at once", async () => {
  const d = desk();
  d.type("Offer");
  await d.autosave.saveNow({ isLeaving: true });
  assert.deepEqual(d.sent, ["Offer (leaving)"]);
});

test("what is typed while a save is under way goes out after it", async () => {
  const d = desk();
  const slow = deferred();
  d.answers.push(slow.promise);
  d.type("O");
  await d.clock.pass(1_000);
  d.type("Offer");
  await d.clock.pass(1_000);
  assert.deepEqual(d.sent, ["O"]);
  slow.resolve("saved");
  await settle();
  assert.deepEqual(d.sent, ["O", "Offer"]);
});

test("a save that got lost, or met a session that ran out, is made again", async () => {
  const d = desk();
  d.answers.push("lost", "signed out");
  d.type("Offer");
  await d.clock.pass(1_000);
  await d.clock.pass(10_000);
  await d.clock.pass(20_000);
  assert.deepEqual(d.sent, ["Offer", "Offer", "Offer"]);
});

test("a portal that is away is asked more and more seldom, and as before once it is back", async () => {
  const d = desk();
  d.answers.push(...Array(9).fill("lost"));
  d.type("Offer");
  await d.clock.pass(1_000);
  await d.clock.pass(310_000); // 10 + 20 + 40 + 80 + 160 seconds
  assert.equal(d.sent.length, 6);
  await d.clock.pass(4 * 300_000);
  assert.equal(d.sent.length, 10);
  d.answers.push("lost");
  d.type("Offer 2");
  await d.clock.pass(11_000);
  assert.equal(d.sent.length, 12);
});

test("after a conflict nothing is saved until the person has decided", async () => {
  const d = desk();
  d.answers.push("conflict");
  d.type("mine");
  await d.clock.pass(1_000);
  d.type("mine!");
  await d.clock.pass(60_000);
  assert.deepEqual(d.sent, ["mine"]);
  await d.autosave.resume();
  assert.deepEqual(d.sent, ["mine", "mine!"]);
});

test("a form that is being sent is not saved beside", async () => {
  const d = desk();
  d.type("Offer");
  d.autosave.pause();
  await d.clock.pass(60_000);
  await d.autosave.saveNow({ isLeaving: true });
  assert.deepEqual(d.sent, []);
});

test("what the portal refuses is not tried again and again", async () => {
  const d = desk();
  d.answers.push("refused");
  d.type("Offer");
  await d.clock.pass(60_000);
  assert.deepEqual(d.sent, ["Offer"]);
});

test("what stood in the form before is saved when the portal doesn't know it", async () => {
  const d = desk();
  d.typed = "typed early";
  d.autosave.begin({ isKnown: false });
  await d.clock.pass(1_000);
  assert.deepEqual(d.sent, ["typed early"]);
});
