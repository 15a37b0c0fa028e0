import assert from "node:assert/strict";
import { test } from "node:test";

import { Entries } from "../../../../static/js/compose/documents/document_list.js";
import { Uploads } from "../../../../static/js/compose/documents/upload_queue.js";
import { deferred, settle } from "../../fakes.js";

const LIMITS = { files: 9, bytes: 100, isToStay: () => false };

/** Uploads of files with these names; `sent` has what a test answers them by. */
function desk(...names) {
  const entries = new Entries();
  const sent = new Map();
  entries.add(names.map((name) => new File(["1234"], name)));
  entries.judge(LIMITS);
  const uploads = new Uploads({
    entries,
    send(entry, how) {
      const { promise, resolve } = deferred();
      sent.set(entry.file.name, { ...how, answer: resolve });
      how.signal.addEventListener("abort", () => resolve({ state: "lost" }));
      return promise;
    },
    changed: () => {},
  });
  uploads.start();
  return { entries, uploads, sent };
}

test("two files travel at once, the next when one has arrived", async () => {
  const { entries, sent } = desk("a", "b", "c");
  assert.deepEqual([...sent.keys()], ["a", "b"]);
  sent.get("b").answer({ state: "held", document: 7 });
  await settle();
  assert.deepEqual([...sent.keys()], ["a", "b", "c"]);
  assert.deepEqual(entries.all.map(({ state }) => state), ["travelling", "held", "travelling"]);
  assert.equal(entries.all[1].document, 7);
});

test("whoever waits goes on when nothing travels any more", async () => {
  const { uploads, sent } = desk("a", "b");
  let isOver = false;
  uploads.idle().then(() => (isOver = true));
  sent.get("a").answer({ state: "held", document: 1 });
  await settle();
  assert.equal(isOver, false);
  sent.get("b").answer({ state: "refused", sentence: "damaged" });
  await settle();
  assert.equal(isOver, true);
});

test("a refusal is told at its file", async () => {
  const { entries, sent } = desk("a");
  sent.get("a").answer({ state: "refused", sentence: "It is damaged." });
  await settle();
  assert.deepEqual([entries.all[0].state, entries.all[0].sentence], ["refused", "It is damaged."]);
});

test("a file whose connection was lost is kept and tried again", async () => {
  const { entries, uploads, sent } = desk("a");
  sent.get("a").answer({ state: "lost" });
  await settle();
  assert.equal(entries.all[0].state, "lost");
  uploads.retry();
  assert.equal(entries.all[0].state, "travelling");
  sent.get("a").answer({ state: "held", document: 1 });
  await settle();
  assert.equal(entries.all[0].state, "held");
});

test("a file that is taken back is broken off and gone", async () => {
  const { entries, uploads, sent } = desk("a", "b");
  uploads.drop(entries.all[0]);
  await settle();
  assert.equal(sent.get("a").signal.aborted, true);
  assert.deepEqual(entries.all.map(({ file }) => file.name), ["b"]);
});

test("how much has left is of all that travels", () => {
  const { uploads, sent } = desk("a", "b");
  sent.get("a").onProgress(4);
  assert.equal(uploads.percent, 50);
});
