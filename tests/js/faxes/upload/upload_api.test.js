import assert from "node:assert/strict";
import { test } from "node:test";

import { AccessLost, PortalAway, SignedOut, UploadApi } from "../../../../static/js/faxes/upload/upload_api.js";

const STATUS = { state: "go", sentence: "", documents: [] };

/** An API whose portal gives `answer` to each request, and the requests that the API made. */
function apiThat(answer) {
  const asked = [];
  const ask = async (url, options) => {
    asked.push({ url, ...options });
    return answer();
  };
  return { asked, api: new UploadApi("/faxes/1/", { fetch: ask, token: () => "token" }) };
}

const json = (body, status = 200) => () => Response.json(body, { status });

test("targets are asked for with the token and no redirect followed", async () => {
  const { api, asked } = apiThat(json(STATUS));
  assert.deepEqual(await api.fetchTargets(), STATUS);
  assert.equal(asked[0].url, "/faxes/1/direct/targets/");
  assert.equal(asked[0].method, "POST");
  assert.equal(asked[0].headers["X-CSRFToken"], "token");
  assert.equal(asked[0].redirect, "manual");
});

test("an attempt starts, or may not start now", async () => {
  const started = apiThat(json({ attempt: 77 }));
  const document = { id: 12, target: { url: "https://storage/12", headers: {}, upload: 34 } };
  assert.equal(await started.api.startAttempt(document), 77);
  assert.equal(started.asked[0].url, "/faxes/1/direct/documents/12/attempts/");
  assert.equal(String(started.asked[0].body), "upload=34");
  assert.equal(await apiThat(json(STATUS, 409)).api.startAttempt(document), null);
});

test("the answer to a keep-alive says whether to go on", async () => {
  const { api, asked } = apiThat(() => new Response(null, { status: 204 }));
  assert.equal(await api.keepAlive(77, 1234), true);
  assert.equal(asked[0].url, "/faxes/1/direct/attempts/77/alive/?bytes=1234");
  assert.equal(await apiThat(json(STATUS, 409)).api.keepAlive(77, 0), false);
});

const OUTCOMES = {
  stored: { wasSent: true, status: 200, etag: '"abc"', text: "" },
  failed: { wasSent: true, status: 403, etag: "", text: "x".repeat(5000) },
  not_sent: { wasSent: false, status: 0, etag: "", text: "" },
};
for (const [what, answer] of Object.entries(OUTCOMES)) {
  test(`an attempt ends as ${what}`, async () => {
    const { api, asked } = apiThat(json(STATUS));
    assert.deepEqual(await api.endAttempt(77, answer), STATUS);
    assert.equal(asked[0].url, "/faxes/1/direct/attempts/77/");
    assert.deepEqual(Object.fromEntries(asked[0].body), {
      what,
      status: String(answer.status || ""),
      etag: answer.etag,
      answer: answer.text.slice(0, 1000),
    });
  });
}

test("whatever storage answers, the portal can take the report", async () => {
  const { api, asked } = apiThat(json(STATUS));
  const odd = { wasSent: true, status: 999, etag: "e".repeat(500), text: "\0odd\0" };
  await api.endAttempt(77, odd);
  assert.deepEqual(Object.fromEntries(asked[0].body), {
    what: "failed",
    status: "",
    etag: "e".repeat(200),
    answer: "odd",
  });
});

test("a PUT without an answer has failed: only a PUT that never started is not sent", async () => {
  const { api, asked } = apiThat(json(STATUS));
  await api.endAttempt(77, { wasSent: true, status: 0, etag: "", text: "" });
  assert.equal(asked[0].body.get("what"), "failed");
});

const NO_ANSWERS = [
  ["a network that is gone", () => Promise.reject(new TypeError("Failed to fetch")), PortalAway],
  ["an error of the portal", () => new Response("", { status: 502 }), PortalAway],
  ["too many requests", () => new Response("", { status: 429 }), PortalAway],
  ["another server's page", () => new Response("<h1>Welcome to the hotel</h1>"), PortalAway],
  ["a redirect to the sign-in", () => ({ type: "opaqueredirect", status: 0 }), SignedOut],
  ["a session that ran out", () => new Response("", { status: 401 }), SignedOut],
  ["another person's fax", () => new Response("", { status: 404 }), AccessLost],
  ["a permission that was taken away", () => new Response("", { status: 403 }), AccessLost],
];
for (const [name, answer, Problem] of NO_ANSWERS) {
  test(`${name} has its own error`, async () => {
    await assert.rejects(apiThat(answer).api.fetchTargets(), Problem);
  });
}

/** Relays a file through a portal that gives `answer`. */
function relaying(answer) {
  const sent = [];
  const send = async (request, watch) => {
    sent.push({ ...request, watch });
    return { status: 200, text: "", ...answer };
  };
  const api = new UploadApi("/faxes/1/", { sendUpload: send, token: () => "token" });
  const file = new File(["content"], "a.pdf");
  return { sent, answer: api.relay(12, file, "blocked", "watch") };
}

test("a file is relayed with the reason", async () => {
  const { sent, answer } = relaying({ text: JSON.stringify(STATUS) });
  assert.deepEqual(await answer, { status: STATUS });
  assert.equal(sent[0].url, "/faxes/1/direct/documents/12/file/");
  assert.equal(sent[0].method, "POST");
  assert.equal(sent[0].body.get("why"), "blocked");
  assert.equal(await sent[0].body.get("file").text(), "content");
  assert.equal(new Map(sent[0].headers).get("X-CSRFToken"), "token");
  assert.equal(sent[0].watch, "watch");
});

test("a refusal of a file has the portal's sentence", async () => {
  const text = JSON.stringify({ sentence: "Another file." });
  assert.deepEqual(await relaying({ status: 422, text }).answer, { refusal: "Another file." });
  assert.deepEqual(await relaying({ status: 413 }).answer, { refusal: "" });
});

test("each way to lose a file has its own error", async () => {
  await assert.rejects(relaying({ status: 0 }).answer, PortalAway);
  await assert.rejects(relaying({ status: 404 }).answer, AccessLost);
  await assert.rejects(relaying({ text: "<h1>Sign in</h1>" }).answer, SignedOut);
});
