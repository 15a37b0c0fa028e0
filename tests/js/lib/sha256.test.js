import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";

import { sha256 } from "../../../static/js/lib/sha256.js";
import { digest } from "../../../static/js/lib/sha256.worker.js";

const MB = 1024 ** 2;

for (const size of [0, 1, 4 * MB, 9 * MB + 1]) {
  test(`a file of ${size} bytes has the SHA-256 that node computes`, async () => {
    const bytes = randomBytes(size);
    const read = [];
    const found = await digest(new Blob([bytes]), (so_far) => read.push(so_far));
    assert.equal(found, createHash("sha256").update(bytes).digest("hex"));
    assert.equal(read.at(-1) ?? 0, size);
    assert.equal(read.length, Math.ceil(size / (4 * MB)));
  });
}

/** A worker whose messages a test sends. */
function silentWorker() {
  return {
    messages: [],
    isOver: false,
    postMessage(message) {
      this.messages.push(message);
    },
    terminate() {
      this.isOver = true;
    },
  };
}

test("a worker gets the file, and ends with its answer", async () => {
  const worker = silentWorker();
  const read = [];
  const asked = sha256("file", { makeWorker: () => worker, onProgress: (bytes) => read.push(bytes) });
  assert.deepEqual(worker.messages, ["file"]);
  worker.onmessage({ data: { read: 5 } });
  worker.onmessage({ data: { sha256: "ab" } });
  assert.equal(await asked, "ab");
  assert.deepEqual(read, [5]);
  assert.ok(worker.isOver);
});

test("an unreadable file, a worker that can't run and an abort are errors", async () => {
  const ways = [
    (worker) => worker.onmessage({ data: { problem: "NotReadableError" } }),
    (worker) => worker.onerror({ message: "no modules here" }),
    (_, end) => end.abort(),
  ];
  for (const goWrong of ways) {
    const worker = silentWorker();
    const end = new AbortController();
    const asked = sha256("file", { makeWorker: () => worker, signal: end.signal });
    goWrong(worker, end);
    await assert.rejects(asked);
    assert.ok(worker.isOver);
  }
});
