import assert from "node:assert/strict";
import { test } from "node:test";

import { put } from "../../../static/js/lib/upload_request.js";
import { FakeClock, FakeRequest } from "../fakes.js";

const TARGET = {
  url: "https://storage.example.com/faxes/1?X-Amz-Signature=0",
  headers: { "x-amz-meta-app-faxid": "262", "Content-Type": "application/pdf" },
};

function setOut({ target = TARGET, ...watch } = {}) {
  const request = new FakeRequest();
  const clock = new FakeClock();
  const file = new File(["0123456789"], "a.pdf", { type: "image/png" });
  const answer = put(target, file, { ...watch, clock, makeRequest: () => request });
  return { request, clock, answer };
}

test("a file goes with its target's headers and no others", async () => {
  const { request, answer } = setOut();
  assert.deepEqual(request.opened, ["PUT", TARGET.url]);
  assert.deepEqual(request.headers, Object.entries(TARGET.headers));
  assert.equal(request.body.type, "");
  assert.equal(await request.body.text(), "0123456789");
  assert.ok(!request.withCredentials);
  request.answers(200, "", "content-length: 0\r\netag: \"abc\"\r\n");
  assert.deepEqual(await answer, { wasSent: true, status: 200, etag: '"abc"', text: "", sent: 0 });
});

test("headers that a browser sets itself are left to it", () => {
  const headers = { Host: "storage.example.com", "Content-Length": "10", "x-amz-meta-a": "1" };
  const { request } = setOut({ target: { ...TARGET, headers } });
  assert.deepEqual(request.headers, [["x-amz-meta-a", "1"]]);
});

test("progress is told, and a refusal's words are kept", async () => {
  const seen = [];
  const { request, answer } = setOut({ onProgress: (sent) => seen.push(sent) });
  request.moves(4);
  request.moves(10);
  request.answers(403, "<Code>AccessDenied</Code>");
  assert.deepEqual(seen, [4, 10]);
  const { status, text, sent, etag } = await answer;
  assert.deepEqual([status, text, sent, etag], [403, "<Code>AccessDenied</Code>", 10, ""]);
});

test("a connection that fails leaves no status", async () => {
  const { request, answer } = setOut();
  request.moves(4);
  request.onerror();
  assert.deepEqual(await answer, { wasSent: true, status: 0, etag: "", text: "", sent: 4 });
});

test("30 seconds without progress end it, counted anew after each step", async () => {
  const { request, clock, answer } = setOut();
  await clock.pass(29_999);
  request.moves(4);
  await clock.pass(29_999);
  assert.equal(request.wasAborted, false);
  await clock.pass(1);
  assert.equal(request.wasAborted, true);
  assert.equal((await answer).status, 0);
});

test("an answer may take longer once every byte is written", async () => {
  const { request, clock, answer } = setOut();
  request.moves(10);
  request.upload.onload();
  await clock.pass(119_999);
  assert.equal(request.wasAborted, false);
  await clock.pass(1);
  assert.equal((await answer).sent, 10);
});

test("nothing is aborted after the answer", async () => {
  const { request, clock, answer } = setOut();
  request.answers(200);
  await answer;
  await clock.pass(1_000_000);
  assert.equal(request.wasAborted, false);
});

test("it can be given up on the way", async () => {
  const end = new AbortController();
  const { request, answer } = setOut({ signal: end.signal });
  end.abort();
  assert.equal(request.wasAborted, true);
  assert.equal((await answer).wasSent, true);
});

test("one that is given up before it starts was surely not sent", async () => {
  const { request, answer } = setOut({ signal: AbortSignal.abort() });
  assert.equal((await answer).wasSent, false);
  assert.equal(request.opened, undefined);
});

test("an address that no browser takes was surely not sent", async () => {
  const { answer } = setOut({ target: { ...TARGET, url: "::" } });
  assert.equal((await answer).wasSent, false);
});
