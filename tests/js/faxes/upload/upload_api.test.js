import assert from "node:assert/strict";
import { test } from "node:test";

import { Away, Gone, Portal, SignedOut } from "../../../../static/js/faxes/upload/upload_api.js";

const STANDING = { state: "go", sentence: "", documents: [] };

/** A portal that answers with what `answer` makes of each request, and what it was asked. */
function portalThat(answer) {
  const asked = [];
  const ask = async (url, options) => {
    asked.push({ url, ...options });
    return answer();
  };
  return { asked, portal: new Portal("/faxes/1/", { ask, token: () => "token" }) };
}

const json = (body, status = 200) => () => Response.json(body, { status });

test("targets are asked for with the token and no redirect followed", async () => {
  const { portal, asked } = portalThat(json(STANDING));
  assert.deepEqual(await portal.targets(), STANDING);
  assert.equal(asked[0].url, "/faxes/1/direct/targets/");
  assert.equal(asked[0].method, "POST");
  assert.equal(asked[0].headers["X-CSRFToken"], "token");
  assert.equal(asked[0].redirect, "manual");
});

test("a try is opened, or not now", async () => {
  const opened = portalThat(json({ try: 77 }));
  const document = { id: 12, target: { url: "https://storage/12", headers: {}, upload: 34 } };
  assert.equal(await opened.portal.open(document), 77);
  assert.equal(opened.asked[0].url, "/faxes/1/direct/documents/12/try/");
  assert.equal(String(opened.asked[0].body), "upload=34");
  assert.equal(await portalThat(json(STANDING, 409)).portal.open(document), null);
});

test("a sign of life brings back whether to go on", async () => {
  const { portal, asked } = portalThat(() => new Response(null, { status: 204 }));
  assert.equal(await portal.alive(77, 1234), true);
  assert.equal(asked[0].url, "/faxes/1/direct/tries/77/alive/?bytes=1234");
  assert.equal(await portalThat(json(STANDING, 409)).portal.alive(77, 0), false);
});

const OUTCOMES = {
  stored: { wasSent: true, status: 200, etag: '"abc"', text: "" },
  failed: { wasSent: true, status: 403, etag: "", text: "x".repeat(5000) },
  not_sent: { wasSent: false, status: 0, etag: "", text: "" },
};
for (const [what, answer] of Object.entries(OUTCOMES)) {
  test(`a try is closed as ${what}`, async () => {
    const { portal, asked } = portalThat(json(STANDING));
    assert.deepEqual(await portal.report(77, answer), STANDING);
    assert.equal(asked[0].url, "/faxes/1/direct/tries/77/");
    assert.deepEqual(Object.fromEntries(asked[0].body), {
      what,
      status: String(answer.status || ""),
      etag: answer.etag,
      answer: answer.text.slice(0, 1000),
    });
  });
}

test("whatever storage answers, its report can be taken", async () => {
  const { portal, asked } = portalThat(json(STANDING));
  const odd = { wasSent: true, status: 999, etag: "e".repeat(500), text: "\0odd\0" };
  await portal.report(77, odd);
  assert.deepEqual(Object.fromEntries(asked[0].body), {
    what: "failed",
    status: "",
    etag: "e".repeat(200),
    answer: "odd",
  });
});

test("a PUT without an answer has failed: only one that never left is not sent", async () => {
  const { portal, asked } = portalThat(json(STANDING));
  await portal.report(77, { wasSent: true, status: 0, etag: "", text: "" });
  assert.equal(asked[0].body.get("what"), "failed");
});

const NO_ANSWERS = [
  ["a network that is gone", () => Promise.reject(new TypeError("Failed to fetch")), Away],
  ["an error of the portal", () => new Response("", { status: 502 }), Away],
  ["too many questions", () => new Response("", { status: 429 }), Away],
  ["somebody else's page", () => new Response("<h1>Welcome to the hotel</h1>"), Away],
  ["a redirect to the sign-in", () => ({ type: "opaqueredirect", status: 0 }), SignedOut],
  ["a session that ran out", () => new Response("", { status: 401 }), SignedOut],
  ["a fax of somebody else's", () => new Response("", { status: 404 }), Gone],
  ["a permission that was taken away", () => new Response("", { status: 403 }), Gone],
];
for (const [name, answer, Problem] of NO_ANSWERS) {
  test(`${name} is told apart`, async () => {
    await assert.rejects(portalThat(answer).portal.targets(), Problem);
  });
}

/** A portal that a file is handed to, with what came of that. */
function handingOver(answer) {
  const sent = [];
  const send = async (request, watch) => {
    sent.push({ ...request, watch });
    return { status: 200, text: "", ...answer };
  };
  const portal = new Portal("/faxes/1/", { send, token: () => "token" });
  const file = new File(["content"], "a.pdf");
  return { sent, answer: portal.handOver(12, file, "blocked", "watch") };
}

test("a file is handed over with the reason", async () => {
  const { sent, answer } = handingOver({ text: JSON.stringify(STANDING) });
  assert.deepEqual(await answer, { standing: STANDING });
  assert.equal(sent[0].url, "/faxes/1/direct/documents/12/file/");
  assert.equal(sent[0].method, "POST");
  assert.equal(sent[0].body.get("why"), "blocked");
  assert.equal(await sent[0].body.get("file").text(), "content");
  assert.equal(new Map(sent[0].headers).get("X-CSRFToken"), "token");
  assert.equal(sent[0].watch, "watch");
});

test("a file that the portal doesn't take is told with its sentence", async () => {
  const text = JSON.stringify({ sentence: "Another file." });
  assert.deepEqual(await handingOver({ status: 422, text }).answer, { refusal: "Another file." });
  assert.deepEqual(await handingOver({ status: 413 }).answer, { refusal: "" });
});

test("a file that nobody took is told apart", async () => {
  await assert.rejects(handingOver({ status: 0 }).answer, Away);
  await assert.rejects(handingOver({ status: 404 }).answer, Gone);
  await assert.rejects(handingOver({ text: "<h1>Sign in</h1>" }).answer, SignedOut);
});
