import assert from "node:assert/strict";
import { test } from "node:test";

import { Autosave } from "../../../../static/js/compose/draft/autosave.js";
import { FakeClock, deferred, settle } from "../../fakes.js";

/** A form that a test types in, and a portal whose answers the test sets. */
function autosaving() {
  const form = { typed: "", sent: [], answers: [], clock: new FakeClock() };
  form.autosave = new Autosave({
    read: () => form.typed,
    send: async (typed, how) => {
      form.sent.push(how.isLeaving ? `${typed} (leaving)` : typed);
      return form.answers.length ? form.answers.shift() : "saved";
    },
    clock: form.clock,
  });
  form.type = (text) => {
    form.typed = text;
    form.autosave.changed();
  };
  form.autosave.begin();
  return form;
}

test("a form that nobody touched is not saved", async () => {
  const form = autosaving();
  form.autosave.changed();
  await form.clock.pass(60_000);
  await form.autosave.saveNow({ isLeaving: true });
  assert.deepEqual(form.sent, []);
});

test("what is typed is saved once, a second after the last key", async () => {
  const form = autosaving();
  form.type("O");
  await form.clock.pass(600);
  form.type("Of");
  await form.clock.pass(600);
  assert.deepEqual(form.sent, []);
  await form.clock.pass(600);
  assert.deepEqual(form.sent, ["Of"]);
  await form.clock.pass(60_000);
  assert.deepEqual(form.sent, ["Of"]);
});

test("a page that is left saves at once", async () => {
  const form = autosaving();
  form.type("Offer");
  await form.autosave.saveNow({ isLeaving: true });
  assert.deepEqual(form.sent, ["Offer (leaving)"]);
});

test("what is typed during a save is saved after it", async () => {
  const form = autosaving();
  const slow = deferred();
  form.answers.push(slow.promise);
  form.type("O");
  await form.clock.pass(1_000);
  form.type("Offer");
  await form.clock.pass(1_000);
  assert.deepEqual(form.sent, ["O"]);
  slow.resolve("saved");
  await settle();
  assert.deepEqual(form.sent, ["O", "Offer"]);
});

test("a save that was lost, or found the session ended, is repeated", async () => {
  const form = autosaving();
  form.answers.push("lost", "signed out");
  form.type("Offer");
  await form.clock.pass(1_000);
  await form.clock.pass(10_000);
  await form.clock.pass(20_000);
  assert.deepEqual(form.sent, ["Offer", "Offer", "Offer"]);
});

test("the pauses grow while the portal is away, and are short again when it is back", async () => {
  const form = autosaving();
  form.answers.push(...Array(9).fill("lost"));
  form.type("Offer");
  await form.clock.pass(1_000);
  await form.clock.pass(310_000); // 10 + 20 + 40 + 80 + 160 seconds
  assert.equal(form.sent.length, 6);
  await form.clock.pass(4 * 300_000);
  assert.equal(form.sent.length, 10);
  form.answers.push("lost");
  form.type("Offer 2");
  await form.clock.pass(11_000);
  assert.equal(form.sent.length, 12);
});

test("after a conflict nothing is saved until the person has decided", async () => {
  const form = autosaving();
  form.answers.push("conflict");
  form.type("mine");
  await form.clock.pass(1_000);
  form.type("mine!");
  await form.clock.pass(60_000);
  assert.deepEqual(form.sent, ["mine"]);
  await form.autosave.resume();
  assert.deepEqual(form.sent, ["mine", "mine!"]);
});

test("a form that is being sent is not saved as well", async () => {
  const form = autosaving();
  form.type("Offer");
  form.autosave.pause();
  await form.clock.pass(60_000);
  await form.autosave.saveNow({ isLeaving: true });
  assert.deepEqual(form.sent, []);
});

test("a save that the portal refuses is not repeated", async () => {
  const form = autosaving();
  form.answers.push("refused");
  form.type("Offer");
  await form.clock.pass(60_000);
  assert.deepEqual(form.sent, ["Offer"]);
});

test("what was typed before the script ran is saved when the portal doesn't know it", async () => {
  const form = autosaving();
  form.typed = "typed early";
  form.autosave.begin({ isKnown: false });
  await form.clock.pass(1_000);
  assert.deepEqual(form.sent, ["typed early"]);
});
