import assert from "node:assert/strict";
import { test } from "node:test";

import { Entries } from "../../../../static/js/compose/documents/document_list.js";

const file = (name, size = 1) => new File(["x".repeat(size)], name, { lastModified: 1 });

/** Entries with documents that the portal holds, and files. */
function entries(...parts) {
  const made = new Entries();
  made.hold(parts.filter((part) => typeof part === "number"));
  made.add(parts.filter((part) => part instanceof File));
  return made;
}
const shown = ({ all }) => all.map(({ document, file }) => document ?? file.name);
const states = ({ all }) => all.map(({ state }) => state);
const LIMITS = { files: 3, bytes: 10, isToStay: () => false };

test("a file that is chosen twice is there once", () => {
  const made = entries(file("a.pdf"), file("a.pdf"), file("b.pdf"));
  made.add([file("b.pdf"), file("c.pdf")]);
  assert.deepEqual(shown(made), ["a.pdf", "b.pdf", "c.pdf"]);
});

test("each file goes up, stays, or is told to be too large or one too many", () => {
  const made = entries(1, file("a.pdf"), file("big.pdf", 11), file("stay.pdf"), file("d.pdf"));
  made.judge({ ...LIMITS, isToStay: ({ name }) => name === "stay.pdf" });
  assert.deepEqual(states(made), ["held", "waiting", "too large", "stays", "full"]);
  assert.equal(made.count, 3);
});

test("one too many goes up when there is room again", () => {
  const made = entries(1, 2, 3, file("a.pdf"));
  made.judge(LIMITS);
  assert.deepEqual(states(made), ["held", "held", "held", "full"]);
  made.hold([1, 3]);
  made.judge(LIMITS);
  assert.deepEqual(states(made), ["held", "held", "waiting"]);
});

test("what stays goes up after all when it has to", () => {
  const made = entries(file("a.pdf"));
  made.judge({ ...LIMITS, isToStay: () => true });
  made.judge(LIMITS);
  assert.deepEqual(states(made), ["waiting"]);
});

test("what travels or was refused is judged no more", () => {
  const made = entries(file("a.pdf"), file("b.pdf"));
  made.all[0].state = "travelling";
  made.all[1].state = "refused";
  made.judge({ ...LIMITS, isToStay: () => true });
  assert.deepEqual(states(made), ["travelling", "refused"]);
});

test("a file keeps its place when it becomes a document", () => {
  const made = entries(1, file("a.pdf"), file("b.pdf"));
  made.attached(made.all[1], 7);
  made.hold([1, 7]);
  assert.deepEqual(shown(made), [1, 7, "b.pdf"]);
  assert.deepEqual(made.order, [1, 7]);
});

test("a file that is another one's twin gives way to it", () => {
  const made = entries(1, file("a.pdf"));
  made.attached(made.all[1], 1);
  assert.deepEqual(shown(made), [1]);
});

test("a file that comes in place of a document takes its place when it is there", () => {
  const made = entries(1, 2, 3);
  made.add([file("new.pdf")], made.all[1]);
  assert.deepEqual(shown(made), [1, "new.pdf", 2, 3]);
  made.judge(LIMITS);
  assert.deepEqual(states(made)[1], "waiting");
  assert.equal(made.count, 3);
  made.attached(made.all[1], 9);
  made.hold([1, 9, 3]);
  assert.deepEqual(shown(made), [1, 9, 3]);
});

test("a file that comes in place of a file is there at once", () => {
  const made = entries(1, file("bad.pdf"), file("b.pdf"));
  made.add([file("good.pdf")], made.all[1]);
  assert.deepEqual(shown(made), [1, "good.pdf", "b.pdf"]);
});

test("what another page attached or removed is taken up beside what is here", () => {
  const made = entries(1, 2, file("a.pdf"));
  made.move(made.all[2], 0);
  made.hold([2, 5, 6]);
  assert.deepEqual(shown(made), ["a.pdf", 2, 5, 6]);
});

test("an entry moves to a place, and not past the ends", () => {
  const made = entries(1, 2, 3);
  assert.equal(made.move(made.all[2], 0), true);
  assert.deepEqual(made.order, [3, 1, 2]);
  assert.equal(made.move(made.all[0], -1), false);
  assert.equal(made.move(made.all[0], 99), true);
  assert.deepEqual(made.order, [1, 2, 3]);
});

test("what the fax would lack is untold until its person was told", () => {
  const made = entries(file("a.pdf"), file("big.pdf", 11));
  made.judge(LIMITS);
  assert.deepEqual(made.untold.map(({ file }) => file.name), ["big.pdf"]);
  made.untold[0].wasTold = true;
  assert.deepEqual(made.untold, []);
});
