import assert from "node:assert/strict";
import { test } from "node:test";

import { DocumentsApi } from "../../../../static/js/compose/documents/documents_api.js";

const FILE = new File(["x"], "a.pdf");

/** An API whose portal always gives the same answer, and the requests that the API made. */
function apiWith({ status = 200, text = "", ask = async () => {} }) {
  const asked = [];
  const api = new DocumentsApi({
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
  return { api, asked };
}

const outcome = async (status, text) => (await apiWith({ status, text }).api.attach(FILE, null, {})).state;

test("a file goes with the fields that name the copy of the form", async () => {
  const { api, asked } = apiWith({ text: '{"documents": [7]}' });
  const { state, document } = await api.attach(FILE, 5, {});
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

test("each answer has its outcome", async () => {
  assert.equal(await outcome(422, '{"problem": "It is damaged."}'), "refused");
  assert.equal(await outcome(409, '{"problem": "Sent already."}'), "too late");
  assert.equal(await outcome(413, "<html>"), "refused");
  assert.equal(await outcome(200, "<html>Sign in</html>"), "signed out");
  for (const [status, text] of [[0, ""], [500, ""], [403, ""], [422, "<html>"]]) {
    assert.equal(await outcome(status, text), "lost");
  }
});

test("an order and removals are posted, and the answer is the status of the documents", async () => {
  const { api, asked } = apiWith({ ask: () => ({ ok: true, json: async () => ({ list: "<ul>" }) }) });
  assert.deepEqual(await api.arrange({ order: [2, 1], remove: [3] }), { list: "<ul>" });
  assert.equal(String(asked[0].body), "copy=c&version=3&order=2&order=1&remove=3");
});

test("a request that fails has no status", async () => {
  const lost = apiWith({
    ask() {
      throw new TypeError("offline");
    },
  });
  assert.equal(await lost.api.arrange({}), null);
  const away = apiWith({ ask: () => ({ ok: false, status: 0, type: "opaqueredirect" }) });
  assert.equal(await away.api.arrange({}), null);
});
