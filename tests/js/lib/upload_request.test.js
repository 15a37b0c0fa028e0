import assert from "node:assert/strict";
import { test } from "node:test";

import { sendUpload } from "../../../static/js/lib/upload_request.js";
import { FakeClock, FakeRequest } from "../fakes.js";

const URL = "https://storage.example.com/faxes/1?X-Amz-Signature=0";
const HEADERS = [["Content-Type", "application/pdf"]];

/** A request on its way, which the test answers. */
function sending({ url = URL, ...options } = {}) {
  const request = new FakeRequest();
  const clock = new FakeClock();
  const upload = { method: "PUT", url, headers: HEADERS, body: new Blob(["0123456789"]) };
  const answer = sendUpload(upload, { ...options, clock, makeRequest: () => request });
  return { request, clock, answer };
}

test("a request goes with its headers and its body, and without cookies for another origin", async () => {
  const { request, answer } = sending();
  assert.deepEqual(request.opened, ["PUT", URL]);
  assert.deepEqual(request.headers, HEADERS);
  assert.equal(await request.body.text(), "0123456789");
  assert.ok(!request.withCredentials);
  request.answers(200, "", "content-length: 0\r\netag: \"abc\"\r\n");
  assert.deepEqual(await answer, { wasSent: true, status: 200, etag: '"abc"', text: "", sent: 0 });
});

test("progress is reported, and the text of a refusal is kept", async () => {
  const seen = [];
  const { request, answer } = sending({ onProgress: (sent) => seen.push(sent) });
  request.moves(4);
  request.moves(10);
  request.answers(403, "<Code>AccessDenied</Code>");
  assert.deepEqual(seen, [4, 10]);
  const { status, text, sent, etag } = await answer;
  assert.deepEqual([status, text, sent, etag], [403, "<Code>AccessDenied</Code>", 10, ""]);
});

test("a connection that fails leaves no status", async () => {
  const { request, answer } = sending();
  request.moves(4);
  request.onerror();
  assert.deepEqual(await answer, { wasSent: true, status: 0, etag: "", text: "", sent: 4 });
});

test("30 seconds without progress end the request, counted from the last progress", async () => {
  const { request, clock, answer } = sending();
  await clock.pass(29_999);
  request.moves(4);
  await clock.pass(29_999);
  assert.equal(request.wasAborted, false);
  await clock.pass(1);
  assert.equal(request.wasAborted, true);
  assert.equal((await answer).status, 0);
});

test("an answer may take longer once every byte is written", async () => {
  const { request, clock, answer } = sending();
  request.moves(10);
  request.upload.onload();
  await clock.pass(119_999);
  assert.equal(request.wasAborted, false);
  await clock.pass(1);
  assert.equal((await answer).sent, 10);
});

test("nothing is aborted after the answer", async () => {
  const { request, clock, answer } = sending();
  request.answers(200);
  await answer;
  await clock.pass(1_000_000);
  assert.equal(request.wasAborted, false);
});

test("a request can be aborted on its way", async () => {
  const abortion = new AbortController();
  const { request, answer } = sending({ signal: abortion.signal });
  abortion.abort();
  assert.equal(request.wasAborted, true);
  assert.equal((await answer).wasSent, true);
});

test("a request that is aborted before it starts is not sent", async () => {
  const { request, answer } = sending({ signal: AbortSignal.abort() });
  assert.equal((await answer).wasSent, false);
  assert.equal(request.opened, undefined);
});

test("a request to an address that no browser takes is not sent", async () => {
  const { answer } = sending({ url: "::" });
  assert.equal((await answer).wasSent, false);
});
