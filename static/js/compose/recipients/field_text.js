// The text of the recipients' field: where its parts stand, and what it is when one is changed. What
// the parts are the portal says (see reader.js); knows nothing of the page.

/**
 * @typedef {object} Range characters of a text, the end not included
 * @property {number} start
 * @property {number} end
 */

/**
 * Where each part of a line stands in it: they come in its order, with nothing but space, commas
 * and semicolons between them.
 * @param {string} line
 * @param {readonly { text: string }[]} parts
 * @returns {Range[]}
 */
export function rangesOf(line, parts) {
  let end = 0;
  return parts.map(({ text }) => {
    const start = line.indexOf(text, end);
    end = start + text.length;
    return { start, end };
  });
}

/**
 * What is being written at a place: from the separator before it to the one behind it.
 * @param {string} text
 * @param {number} caret
 * @returns {Range & { typed: string }} typed: up to the caret
 */
export function writtenAt(text, caret) {
  const before = text.slice(0, caret);
  const gap = /** @type {RegExpExecArray} */ (/[^,;\n\t]*$/.exec(before))[0];
  const typed = gap.trimStart();
  const after = /** @type {RegExpExecArray} */ (/^[^,;\n\t]*/.exec(text.slice(caret)))[0];
  return { start: caret - typed.length, end: caret + after.trimEnd().length, typed };
}

/**
 * The text with some of its parts changed; one that becomes nothing goes with what separates it, and
 * so does a line of which nothing is left.
 * @param {string} text
 * @param {readonly (readonly { text: string }[] | undefined)[]} lines the parts of each line
 * @param {(line: number, part: number) => string | null} change null: it stays
 */
export function withParts(text, lines, change) {
  const changed = text.split("\n").map((line, place) => {
    const parts = lines[place] ?? [];
    const by = parts.map((_, part) => change(place, part));
    return by.every((one) => one === null) ? line : lineWith(line, parts, by);
  });
  return changed.filter((line) => line !== null).join("\n");
}

/**
 * @param {string} line
 * @param {readonly { text: string }[]} parts
 * @param {readonly (string | null)[]} by
 */
function lineWith(line, parts, by) {
  const ranges = rangesOf(line, parts);
  let changed = "";
  parts.forEach(({ text }, part) => {
    const written = by[part] ?? text;
    if (written === "") return;
    if (changed) changed += line.slice(ranges[part - 1].end, ranges[part].start);
    changed += written;
  });
  return changed || null;
}
