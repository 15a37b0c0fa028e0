import assert from "node:assert/strict";
import { test } from "node:test";

import { RecipientsApi } from "../../../../static/js/compose/recipients/recipients_api.js";

/** An API whose portal always gives `answer`, and the requests that the API made. */
function apiWith(answer) {
  const asked = [];
  const fetch = async (url, request) => {
    asked.push({ url, ...request });
    return answer;
  };
  const addresses = { readAddress: "/read/", suggestionsAddress: "/suggestions/" };
  return { asked, api: new RecipientsApi({ ...addresses, fetch, token: () => "t" }) };
}

test("lines are posted with the token, and the answer has the parts of each", async () => {
  const { api, asked } = apiWith(Response.json({ lines: [[], []] }));
  assert.deepEqual(await api.read(["210", "211"]), [[], []]);
  const [{ url, method, headers, body }] = asked;
  assert.deepEqual([url, method, headers["X-CSRFToken"]], ["/read/", "POST", "t"]);
  assert.equal(body.get("lines"), "210\n211");
});

test("what is typed is posted, and a newer request can end this one", async () => {
  const { api, asked } = apiWith(Response.json({ suggestions: [{ name: "Lee" }] }));
  const { signal } = new AbortController();
  assert.deepEqual(await api.suggest("Le", signal), [{ name: "Lee" }]);
  assert.deepEqual([asked[0].url, asked[0].body.get("typed")], ["/suggestions/", "Le"]);
  assert.equal(asked[0].signal, signal);
});

test("an error and the sign-in page are no answers", async () => {
  await assert.rejects(apiWith(new Response("", { status: 500 })).api.read(["210"]));
  const signIn = { ok: true, redirected: true, json: async () => ({}) };
  await assert.rejects(apiWith(signIn).api.read(["210"]));
});
