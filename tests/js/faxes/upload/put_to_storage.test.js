import assert from "node:assert/strict";
import { test } from "node:test";

import { isStored, putToStorage } from "../../../../static/js/faxes/upload/put_to_storage.js";
import { FakeClock, FakeRequest } from "../../fakes.js";

const TARGET = {
  url: "https://storage.example.com/faxes/1?X-Amz-Signature=0",
  headers: { "x-amz-meta-app-faxid": "262", "Content-Type": "application/pdf" },
};

function putting(target = TARGET) {
  const request = new FakeRequest();
  const file = new File(["0123456789"], "a.pdf", { type: "image/png" });
  const options = { clock: new FakeClock(), makeRequest: () => request };
  return { request, answer: putToStorage(target, file, options) };
}

test("a file goes with its target's headers and no others", async () => {
  const { request, answer } = putting();
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
  const { request } = putting({ ...TARGET, headers });
  assert.deepEqual(request.headers, [["x-amz-meta-a", "1"]]);
});

test("a file is stored when storage answers with success", () => {
  assert.deepEqual([0, 199, 200, 204, 299, 301, 403].filter((status) => isStored({ status })), [200, 204, 299]);
});
