// The tokens of what was read: one for each phone and one for each part that can't be dialled. Knows
// nothing of the page.

/** @typedef {import("./line_reader.js").Part} Part */
/** @typedef {import("./line_reader.js").Found} Found */
/**
 * @typedef {Found & { key: string, group: string, lookedUp: string, line: number, part: number }} Token
 */
/**
 * @typedef {object} Tokens
 * @property {Token[]} all in the order of the text
 * @property {Token[]} merged those that are the same phone as an earlier one
 * @property {number} wrong how many can't be dialled
 * @property {number} unread lines that the portal has not read yet
 */

/**
 * @param {readonly { text: string, parts: Part[] | undefined }[]} lines
 * @param {(line: number, part: number) => boolean} isOpen the person is still writing it
 * @returns {Tokens}
 */
export function tokensOf(lines, isOpen = () => false) {
  /** @type {Tokens} */
  const tokens = { all: [], merged: [], wrong: 0, unread: 0 };
  const phones = new Set();
  lines.forEach(({ parts }, line) => {
    if (parts === undefined) tokens.unread += 1;
    (parts ?? []).forEach(({ group, looked_up: lookedUp, found }, part) => {
      if (isOpen(line, part)) return;
      for (const one of found) {
        const key = one.canonical ?? `${line}.${part} ${one.text}`;
        const token = { ...one, group, lookedUp, line, part, key };
        if (one.wrong) tokens.wrong += 1;
        else if (phones.has(one.canonical)) {
          tokens.merged.push(token);
          continue;
        }
        phones.add(one.canonical);
        tokens.all.push(token);
      }
    });
  });
  return tokens;
}

/**
 * The numbers that are shown for names of the address book, as JSON: the portal compares them when
 * the fax is sent. A number that stands in the text says itself, and a name that is not read yet, or
 * still being written, shows none.
 * @param {Tokens} tokens
 */
export function namesShown({ all, merged }) {
  /** @type {Map<string, Set<string>>} */
  const names = new Map();
  for (const { lookedUp, canonical } of [...all, ...merged]) {
    if (!lookedUp || !canonical) continue;
    if (!names.has(lookedUp)) names.set(lookedUp, new Set());
    names.get(lookedUp).add(canonical);
  }
  const shown = [...names].map(([name, numbers]) => [name, [...numbers]]);
  return JSON.stringify(Object.fromEntries(shown));
}

/**
 * What a part becomes when some of its recipients go; the others of a group stay, each for itself.
 * @param {Part} part
 * @param {readonly string[]} gone their texts
 * @param {string} by in their place; or empty
 */
export function partWithout(part, gone, by) {
  const rest = part.found.map(({ text }) => text).filter((text) => !gone.includes(text));
  return [by, ...rest].filter(Boolean).join("\n");
}

/**
 * Those to show at first, what is to be mended before the others.
 * @param {readonly Token[]} tokens
 * @param {number} count
 */
export function firstOf(tokens, count) {
  if (tokens.length <= count) return [...tokens];
  const rank = (/** @type {Token} */ token) => (token.wrong ? 0 : token.warning ? 1 : 2);
  return tokens.toSorted((one, other) => rank(one) - rank(other)).slice(0, count);
}
