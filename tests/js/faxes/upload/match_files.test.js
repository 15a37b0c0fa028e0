import assert from "node:assert/strict";
import { test } from "node:test";

import { matchFiles } from "../../../../static/js/faxes/upload/match_files.js";

const contract = new File(["contract"], "contract.pdf");
const MISSING = [{ id: 1, name: "contract.pdf", size: 8, sha256: "c" }];

test("a missing file is known by its content, whatever it is called now", async () => {
  const renamed = new File(["contract"], "contract (1).pdf");
  const { found, strangers } = await matchFiles([renamed], MISSING, async () => "c");
  assert.deepEqual([...found], [["c", renamed]]);
  assert.deepEqual(strangers, []);
});

test("a file of another size is a stranger, and is not read", async () => {
  const larger = new File(["contract!"], "contract.pdf");
  const read = async () => assert.fail("it was read");
  assert.deepEqual((await matchFiles([larger], MISSING, read)).strangers, [larger]);
});

test("a file of the same size and other content is a stranger", async () => {
  const { found, strangers } = await matchFiles([contract], MISSING, async () => "d");
  assert.deepEqual(strangers, [contract]);
  assert.equal(found.size, 0);
});

test("a file that can't be read is reported, and the others are matched", async () => {
  const gone = new File(["contract"], "gone.pdf");
  const read = async (file) => {
    if (file === gone) throw new Error("NotReadableError");
    return "c";
  };
  const { found, unreadable } = await matchFiles([gone, contract], MISSING, read);
  assert.deepEqual(unreadable, [gone]);
  assert.deepEqual([...found.values()], [contract]);
});
