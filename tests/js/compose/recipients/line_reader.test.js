import assert from "node:assert/strict";
import { test } from "node:test";

import { LineReader } from "../../../../static/js/compose/recipients/line_reader.js";

/** A portal that answers when a test lets it. */
function portal() {
  const asked = [];
  const answers = [];
  const state = { changes: 0, failures: 0 };
  const reader = new LineReader({
    ask(lines) {
      asked.push(lines);
      return new Promise((answer, fail) => answers.push({ lines, answer, fail }));
    },
    onChange: () => (state.changes += 1),
    onFailure: () => (state.failures += 1),
  });
  const settled = () => new Promise((done) => setImmediate(done));
  return {
    asked,
    reader,
    state,
    async answer() {
      const { lines, answer } = answers.shift();
      answer(lines.map((text) => [{ text, group: "", found: [] }]));
      await settled();
    },
    async fail() {
      answers.shift().fail(new Error("gone"));
      await settled();
    },
  };
}

test("each line is asked for once, and a blank line never", async () => {
  const { asked, reader, answer } = portal();
  reader.setText("210\n\n211\n210");
  await answer();
  reader.setText("210\n212\n  ");
  await answer();
  assert.deepEqual(asked, [["210", "211"], ["212"]]);
  assert.deepEqual(reader.lines.map(({ parts }) => parts.length), [1, 1, 0]);
});

test("thousands of lines are asked for some at a time, one request after the other", async () => {
  const { asked, reader, answer } = portal();
  reader.setText(Array.from({ length: 450 }, (_, index) => String(index)).join("\n"));
  assert.deepEqual(asked.map((lines) => lines.length), [200]);
  await answer();
  await answer();
  await answer();
  assert.deepEqual(asked.map((lines) => lines.length), [200, 200, 50]);
  assert.ok(reader.lines.every(({ parts }) => parts));
});

test("a long line is asked for alone", () => {
  const { asked, reader } = portal();
  reader.setText(`${"1,".repeat(30_000)}\n210`);
  assert.equal(asked[0].length, 1);
});

test("the latest text is asked for next, and no older one", async () => {
  const { asked, reader, answer } = portal();
  reader.setText("210");
  reader.setText("211");
  reader.setText("212");
  await answer();
  assert.deepEqual(asked, [["210"], ["212"]]);
});

test("after a request without an answer the next text is requested again", async () => {
  const { asked, reader, state, fail, answer } = portal();
  reader.setText("210");
  await fail();
  assert.equal(state.failures, 1);
  assert.equal(reader.lines[0].parts, undefined);
  reader.setText("210");
  await answer();
  assert.equal(asked.length, 2);
  assert.equal(reader.lines[0].parts.length, 1);
});
