import assert from "node:assert/strict";
import { test } from "node:test";

import { DocumentsApi } from "../../../../static/js/compose/documents/documents_api.js";

const FILE = new File(["x"], "a.pdf");

/** A portal that answers a file, or a question, so. */
function portal({ status = 200, text = "", ask = async () => {} }) {
  const asked = [];
  const made = new DocumentsApi({
    address: () => "/drafts/1/documents/",
    copy: () => [["copy", "c"], ["version", "3"]],
    token: () => "t",
    sendUpload: async (request) => {
      asked.push(request);
      return { status, text };
    },
    fetch: async (url, request) => {
      asked.push({ url, ...request });
      return ask();
    },
  });
  return { made, asked };
}

const outcome = async (status, text) => (await portal({ status, text }).made.attach(FILE, null, {})).state;

test("a file goes with what says which copy of the form it is from", async () => {
  const { made, asked } = portal({ text: '{"documents": [7]}' });
  const { state, document } = await made.attach(FILE, 5, {});
  assert.deepEqual([state, document], ["held", 7]);
  const [{ url, body, headers }] = asked;
  assert.equal(url, "/drafts/1/documents/");
  assert.deepEqual(headers[0], ["X-CSRFToken", "t"]);
  assert.deepEqual(
    ["copy", "version", "replace"].map((name) => body.get(name)),
    ["c", "3", "5"],
  );
  assert.equal(body.get("file").name, "a.pdf");
});

test("each answer is one of what can become of a file", async () => {
  assert.equal(await outcome(422, '{"problem": "It is damaged."}'), "refused");
  assert.equal(await outcome(409, '{"problem": "Sent already."}'), "too late");
  assert.equal(await outcome(413, "<html>"), "refused");
  assert.equal(await outcome(200, "<html>Sign in</html>"), "signed out");
  for (const [status, text] of [[0, ""], [500, ""], [403, ""], [422, "<html>"]]) {
    assert.equal(await outcome(status, text), "lost");
  }
});

test("an order and removals are posted, and the answer is the status of the documents", async () => {
  const { made, asked } = portal({ ask: () => ({ ok: true, json: async () => ({ list: "<ul>" }) }) });
  assert.deepEqual(await made.arrange({ order: [2, 1], remove: [3] }), { list: "<ul>" });
  assert.equal(String(asked[0].body), "copy=c&version=3&order=2&order=1&remove=3");
});

test("a request that fails has no status", async () => {
  const lost = portal({
    ask() {
      throw new TypeError("offline");
    },
  });
  assert.equal(await lost.made.arrange({}), null);
  const away = portal({ ask: () => ({ ok: false, status: 0, type: "opaqueredirect" }) });
  assert.equal(await away.made.arrange({}), null);
});
