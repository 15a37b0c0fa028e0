// The text of the recipients' field: where its parts are, and how the text changes with a part.
// The portal decides what the parts are: see line_reader.js. Knows nothing of the page.

/**
 * @typedef {object} Range Characters of a text, without the character at `end`.
 * @property {number} start
 * @property {number} end
 *
 * @typedef {{text: string}} TextPart
 */

/**
 * Where each part of a line is. The parts come in the order of the line, and only spaces, commas
 * and semicolons are between them.
 * @param {string} line
 * @param {readonly TextPart[]} parts
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
 * The text that a person is writing: from the separator before the caret to the separator after it.
 * @param {string} text
 * @param {number} caret
 * @returns {Range & { typed: string }} typed: the text up to the caret
 */
export function writtenAt(text, caret) {
  const typed = (/[^,;\n\t]*$/.exec(text.slice(0, caret))?.[0] ?? "").trimStart();
  const after = /^[^,;\n\t]*/.exec(text.slice(caret))?.[0] ?? "";
  return { start: caret - typed.length, end: caret + after.trimEnd().length, typed };
}

/**
 * The text with some of its parts changed. A part that becomes empty is removed together with its
 * separator. A line that becomes empty is removed, too.
 * @param {string} text
 * @param {readonly (readonly TextPart[] | undefined)[]} lines the parts of each line
 * @param {(line: number, part: number) => string | null} change null: the part stays
 */
export function withParts(text, lines, change) {
  const changed = text.split("\n").map((line, lineAt) => {
    const parts = lines[lineAt] ?? [];
    const by = parts.map((_, partAt) => change(lineAt, partAt));
    return by.every((one) => one === null) ? line : lineWith(line, parts, by);
  });
  return changed.filter((line) => line !== null).join("\n");
}

/**
 * @param {string} line
 * @param {readonly TextPart[]} parts
 * @param {readonly (string | null)[]} by new texts of the parts
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
