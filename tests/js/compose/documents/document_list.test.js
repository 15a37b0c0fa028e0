import assert from "node:assert/strict";
import { test } from "node:test";

import { DocumentList, fileOf } from "../../../../static/js/compose/documents/document_list.js";

const file = (name, size = 1) => new File(["x".repeat(size)], name, { lastModified: 1 });

/** A list of documents. A number is a document of the portal; a File is still to be uploaded. */
function listOf(...parts) {
  const made = new DocumentList();
  made.setHeld(parts.filter((part) => typeof part === "number"));
  made.add(parts.filter((part) => part instanceof File));
  return made;
}
const shown = ({ all }) => all.map(({ document, file }) => document ?? file.name);
const states = ({ all }) => all.map(({ state }) => state);
const LIMITS = { files: 3, bytes: 10, isToStay: () => false };

test("a file that is chosen twice is in the list once", () => {
  const made = listOf(file("a.pdf"), file("a.pdf"), file("b.pdf"));
  made.add([file("b.pdf"), file("c.pdf")]);
  assert.deepEqual(shown(made), ["a.pdf", "b.pdf", "c.pdf"]);
});

test("each file is uploaded, stays, is too large, or finds no room", () => {
  const made = listOf(1, file("a.pdf"), file("big.pdf", 11), file("stay.pdf"), file("d.pdf"));
  made.applyLimits({ ...LIMITS, isToStay: ({ name }) => name === "stay.pdf" });
  assert.deepEqual(states(made), ["held", "waiting", "too large", "stays", "full"]);
  assert.equal(made.count, 3);
});

test("a file without room is uploaded when there is room again", () => {
  const made = listOf(1, 2, 3, file("a.pdf"));
  made.applyLimits(LIMITS);
  assert.deepEqual(states(made), ["held", "held", "held", "full"]);
  made.setHeld([1, 3]);
  made.applyLimits(LIMITS);
  assert.deepEqual(states(made), ["held", "held", "waiting"]);
});

test("a file that stays is uploaded when it has to be", () => {
  const made = listOf(file("a.pdf"));
  made.applyLimits({ ...LIMITS, isToStay: () => true });
  made.applyLimits(LIMITS);
  assert.deepEqual(states(made), ["waiting"]);
});

test("the limits decide nothing on a file that is on its way or was refused", () => {
  const made = listOf(file("a.pdf"), file("b.pdf"));
  made.all[0].state = "travelling";
  made.all[1].state = "refused";
  made.applyLimits({ ...LIMITS, isToStay: () => true });
  assert.deepEqual(states(made), ["travelling", "refused"]);
});

test("a file keeps its place when it becomes a document", () => {
  const made = listOf(1, file("a.pdf"), file("b.pdf"));
  made.markHeld(made.all[1], 7);
  made.setHeld([1, 7]);
  assert.deepEqual(shown(made), [1, 7, "b.pdf"]);
  assert.deepEqual(made.order, [1, 7]);
});

test("a file that the portal holds already is removed", () => {
  const made = listOf(1, file("a.pdf"));
  made.markHeld(made.all[1], 1);
  assert.deepEqual(shown(made), [1]);
});

test("a file that comes in place of a document takes its place when the portal has it", () => {
  const made = listOf(1, 2, 3);
  made.add([file("new.pdf")], made.all[1]);
  assert.deepEqual(shown(made), [1, "new.pdf", 2, 3]);
  made.applyLimits(LIMITS);
  assert.deepEqual(states(made)[1], "waiting");
  assert.equal(made.count, 3);
  made.markHeld(made.all[1], 9);
  made.setHeld([1, 9, 3]);
  assert.deepEqual(shown(made), [1, 9, 3]);
});

test("a file that comes in place of another file takes its place at once", () => {
  const made = listOf(1, file("bad.pdf"), file("b.pdf"));
  made.add([file("good.pdf")], made.all[1]);
  assert.deepEqual(shown(made), [1, "good.pdf", "b.pdf"]);
});

test("changes of another page come in beside the files of this page", () => {
  const made = listOf(1, 2, file("a.pdf"));
  made.move(made.all[2], 0);
  made.setHeld([2, 5, 6]);
  assert.deepEqual(shown(made), ["a.pdf", 2, 5, 6]);
});

test("an entry moves to a place, and not past the ends", () => {
  const made = listOf(1, 2, 3);
  assert.equal(made.move(made.all[2], 0), true);
  assert.deepEqual(made.order, [3, 1, 2]);
  assert.equal(made.move(made.all[0], -1), false);
  assert.equal(made.move(made.all[0], 99), true);
  assert.deepEqual(made.order, [1, 2, 3]);
});

test("a file that the fax would lack is unreported until the person has read about it", () => {
  const made = listOf(file("a.pdf"), file("big.pdf", 11));
  made.applyLimits(LIMITS);
  assert.deepEqual(made.unreported.map(({ file }) => file.name), ["big.pdf"]);
  made.unreported[0].isReported = true;
  assert.deepEqual(made.unreported, []);
});

test("a held document has no file on the page", () => {
  const [held, waiting] = listOf(1, file("a.pdf")).all;
  assert.equal(fileOf(waiting).name, "a.pdf");
  assert.throws(() => fileOf(held));
});
