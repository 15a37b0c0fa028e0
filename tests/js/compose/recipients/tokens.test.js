import assert from "node:assert/strict";
import { test } from "node:test";

import { firstOf, namesShown, partWithout, tokensOf } from "../../../../static/js/compose/recipients/tokens.js";

const number = (text, canonical = text) => ({ text, canonical, dialled: canonical });
const part = (...found) => ({ text: found[0].text, group: "", found });
const line = (...parts) => ({ text: "", parts });
const texts = (tokens) => tokens.map(({ text }) => text);

test("one phone is one token, whichever way it is written", () => {
  const lines = [line(part(number("650-1", "+1650")), part(number("210"))), line(part(number("+1650")))];
  const { all, merged } = tokensOf(lines);
  assert.deepEqual(texts(all), ["650-1", "210"]);
  assert.deepEqual(texts(merged), ["+1650"]);
});

test("each part that can't be dialled is a token of its own, and counted", () => {
  const wrong = { text: "letters", wrong: "It has letters in it." };
  const { all, wrong: count } = tokensOf([line(part(wrong), part(wrong))]);
  assert.equal(all.length, 2);
  assert.equal(count, 2);
  assert.notEqual(all[0].key, all[1].key);
});

test("a line that is not read yet is counted, and a part that the person still types is no token", () => {
  const lines = [{ text: "210", parts: undefined }, line(part(number("2")), part(number("3")))];
  const { all, unread } = tokensOf(lines, (line, part) => line === 1 && part === 1);
  assert.equal(unread, 1);
  assert.deepEqual(texts(all), ["2"]);
});

test("a group without one of its members is the others, each for itself", () => {
  const group = { text: "@Board", group: "Board", found: [number("1"), number("2"), number("3")] };
  assert.equal(partWithout(group, ["2"], ""), "1\n3");
  assert.equal(partWithout(group, ["2"], "4"), "4\n1\n3");
  assert.equal(partWithout(part(number("1")), ["1"], ""), "");
});

test("names show all their numbers, also those that are in the text themselves", () => {
  const board = { text: "@board", looked_up: "Board", found: [number("1"), number("2")] };
  const odd = { text: "__proto__", looked_up: "__proto__", found: [number("3"), { text: "4", wrong: "!" }] };
  const lines = [line(part(number("1")), board, odd), { text: "Lee", parts: undefined }];
  assert.equal(namesShown(tokensOf(lines)), '{"Board":["2","1"],"__proto__":["3"]}');
  const isOpen = (_line, part) => part > 0;
  assert.equal(namesShown(tokensOf(lines, isOpen)), "{}");
});

test("of many tokens those that need a correction come first", () => {
  const tokens = [number("1"), { ...number("2"), warning: "!" }, { text: "a", wrong: "!" }];
  const all = tokensOf([line(...tokens.map((one) => part(one)))]).all;
  assert.deepEqual(texts(firstOf(all, 2)), ["a", "2"]);
  assert.deepEqual(texts(firstOf(all, 3)), ["1", "2", "a"]);
});
