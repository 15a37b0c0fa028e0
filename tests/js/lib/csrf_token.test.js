import assert from "node:assert/strict";
import { test } from "node:test";

import { csrfToken } from "../../../static/js/lib/csrf_token.js";

test("the token is found among other cookies", () => {
  assert.equal(csrfToken("csrftoken=abc"), "abc");
  assert.equal(csrfToken("theme=dark; csrftoken=abc; language=en"), "abc");
});

test("a cookie with a longer name is not the token, and without a cookie there is none", () => {
  assert.equal(csrfToken("old_csrftoken=abc"), "");
  assert.equal(csrfToken(""), "");
});
