import assert from "node:assert/strict";
import { test } from "node:test";

import { DocumentList } from "../../../../static/js/compose/documents/document_list.js";
import { UploadQueue } from "../../../../static/js/compose/documents/upload_queue.js";
import { deferred, settle } from "../../fakes.js";

const LIMITS = { files: 9, bytes: 100, isToStay: () => false };

/** A queue of files with these names. `sent`: name → the options and `answer`, which ends it. */
function queueOf(...names) {
  const list = new DocumentList();
  const sent = new Map();
  list.add(names.map((name) => new File(["1234"], name)));
  list.applyLimits(LIMITS);
  const queue = new UploadQueue({
    list,
    attach(file, replaces, options) {
      const { promise, resolve } = deferred();
      sent.set(file.name, { ...options, answer: resolve });
      options.signal.addEventListener("abort", () => resolve({ state: "lost" }));
      return promise;
    },
    onChange: () => {},
  });
  queue.start();
  return { list, queue, sent };
}

test("two files are uploaded at a time, the next when one has arrived", async () => {
  const { list, sent } = queueOf("a", "b", "c");
  assert.deepEqual([...sent.keys()], ["a", "b"]);
  sent.get("b").answer({ state: "held", document: 7 });
  await settle();
  assert.deepEqual([...sent.keys()], ["a", "b", "c"]);
  assert.deepEqual(list.all.map(({ state }) => state), ["travelling", "held", "travelling"]);
  assert.equal(list.all[1].document, 7);
});

test("a wait for idleness ends when no upload runs", async () => {
  const { queue, sent } = queueOf("a", "b");
  let isOver = false;
  queue.idle().then(() => (isOver = true));
  sent.get("a").answer({ state: "held", document: 1 });
  await settle();
  assert.equal(isOver, false);
  sent.get("b").answer({ state: "refused", sentence: "damaged" });
  await settle();
  assert.equal(isOver, true);
});

test("a refusal is shown at its file", async () => {
  const { list, sent } = queueOf("a");
  sent.get("a").answer({ state: "refused", sentence: "It is damaged." });
  await settle();
  assert.deepEqual([list.all[0].state, list.all[0].sentence], ["refused", "It is damaged."]);
});

test("a file whose connection was lost is kept and tried again", async () => {
  const { list, queue, sent } = queueOf("a");
  sent.get("a").answer({ state: "lost" });
  await settle();
  assert.equal(list.all[0].state, "lost");
  queue.retry();
  assert.equal(list.all[0].state, "travelling");
  sent.get("a").answer({ state: "held", document: 1 });
  await settle();
  assert.equal(list.all[0].state, "held");
});

test("the upload of a removed file is aborted", async () => {
  const { list, queue, sent } = queueOf("a", "b");
  queue.remove(list.all[0]);
  await settle();
  assert.equal(sent.get("a").signal.aborted, true);
  assert.deepEqual(list.all.map(({ file }) => file.name), ["b"]);
});

test("the percentage is of all running and waiting uploads", () => {
  const { queue, sent } = queueOf("a", "b");
  sent.get("a").onProgress(4);
  assert.equal(queue.percent, 50);
});
