import assert from "node:assert/strict";
import { test } from "node:test";

import { FileHashes } from "../../../../static/js/compose/documents/file_hashes.js";
import { deferred, settle } from "../../fakes.js";

const one = new File(["12345678"], "one.pdf");
const two = new File(["12"], "two.pdf");

/** File hashes whose reading a test controls. `readings`: file → its callbacks and its signal. */
function hashesByHand() {
  const readings = new Map();
  const failed = [];
  const sha256 = (file, how) => {
    const { promise, resolve, reject } = deferred();
    how.signal.addEventListener("abort", () => reject(how.signal.reason));
    readings.set(file, { ...how, resolve, reject });
    return promise;
  };
  const made = new FileHashes({
    sha256,
    makeWorker: () => {},
    onChange: () => {},
    onFailure: (file) => failed.push(file.name),
  });
  return { made, readings, failed };
}

test("every file is read once", async () => {
  const { made, readings } = hashesByHand();
  made.setFiles([one]);
  const first = readings.get(one);
  made.setFiles([one, two]);
  assert.equal(readings.get(one), first);
  readings.get(two).resolve("b");
  first.resolve("a");
  assert.deepEqual([...(await made.all())], [[one, "a"], [two, "b"]]);
});

test("the reading of a file that is gone is aborted", async () => {
  const { made, readings, failed } = hashesByHand();
  made.setFiles([one, two]);
  made.setFiles([two]);
  assert.ok(readings.get(one).signal.aborted);
  readings.get(two).resolve("b");
  assert.deepEqual([...(await made.all())], [[two, "b"]]);
  assert.deepEqual(failed, []);
});

test("a wait for all hashes includes files that are added meanwhile", async () => {
  const { made, readings } = hashesByHand();
  made.setFiles([one]);
  const all = made.all();
  made.setFiles([one, two]);
  readings.get(one).resolve("a");
  await settle();
  readings.get(two).resolve("b");
  assert.equal((await all).size, 2);
});

test("a file that can't be read is reported and left out", async () => {
  const { made, readings, failed } = hashesByHand();
  made.setFiles([one, two]);
  readings.get(one).reject(new Error("NotReadableError"));
  readings.get(two).resolve("b");
  assert.deepEqual([...(await made.all()).keys()], [two]);
  assert.deepEqual(failed, ["one.pdf"]);
});

test("progress is that of all files together, until all is read", () => {
  const { made, readings } = hashesByHand();
  assert.equal(made.percent, null);
  made.setFiles([one, two]);
  assert.equal(made.percent, 0);
  readings.get(one).onProgress(4);
  assert.equal(made.percent, 40);
  readings.get(one).onProgress(8);
  readings.get(two).onProgress(2);
  assert.equal(made.percent, null);
});
