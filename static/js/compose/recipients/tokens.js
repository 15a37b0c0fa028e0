// The tokens of a text that the portal has read. Each phone has a token, and so has each part that
// can't be dialled. Knows nothing of the page.

/**
 * @typedef {import("./line_reader.js").Part} Part
 * @typedef {import("./line_reader.js").Found} Found
 *
 * @typedef {object} Place Where a token is in the text.
 * @property {string} key the same when the token is drawn again
 * @property {string} group see `Part`
 * @property {string} lookedUp see `Part`
 * @property {number} line
 * @property {number} part
 *
 * @typedef {Found & Place} Token
 *
 * @typedef {object} Tokens
 * @property {Token[]} all in the order of the text
 * @property {Token[]} merged tokens whose phone an earlier token has already
 * @property {number} wrong how many tokens can't be dialled
 * @property {number} unread how many lines the portal has not read so far
 */

/**
 * The tokens of lines. The part that the person still types has no token.
 * @param {readonly import("./line_reader.js").Line[]} lines
 * @param {(line: number, part: number) => boolean} isTyped whether the person still types a part
 * @returns {Tokens}
 */
export function tokensOf(lines, isTyped = () => false) {
  /** @type {Tokens} */
  const tokens = { all: [], merged: [], wrong: 0, unread: 0 };
  const phones = new Set();
  lines.forEach(({ parts }, line) => {
    if (parts === undefined) tokens.unread += 1;
    (parts ?? []).forEach(({ group, looked_up: lookedUp, found }, part) => {
      if (isTyped(line, part)) return;
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
 * JSON: the numbers that are shown for names of the address book. The portal compares them when the
 * fax is sent. Numbers in the text itself need no comparison, and are left out. Names that are not
 * read so far, and the name that the person still types, are left out because they show no numbers.
 * @param {Tokens} tokens
 */
export function namesShown({ all, merged }) {
  /** @type {Map<string, Set<string>>} */
  const names = new Map();
  for (const { lookedUp, canonical } of [...all, ...merged]) {
    if (!lookedUp || !canonical) continue;
    const numbers = names.get(lookedUp) ?? new Set();
    names.set(lookedUp, numbers.add(canonical));
  }
  const shown = [...names].map(([name, numbers]) => [name, [...numbers]]);
  return JSON.stringify(Object.fromEntries(shown));
}

/**
 * The text of a part without some of its recipients. If the part is a group, its other members stay
 * on lines of their own.
 * @param {Part} part
 * @param {readonly string[]} gone texts of the recipients to remove
 * @param {string} by a text in place of the removed recipients, or empty
 */
export function partWithout(part, gone, by) {
  const rest = part.found.map(({ text }) => text).filter((text) => !gone.includes(text));
  return [by, ...rest].filter(Boolean).join("\n");
}

/**
 * The tokens to show first: tokens that need a correction come before all other tokens.
 * @param {readonly Token[]} tokens
 * @param {number} count
 */
export function firstOf(tokens, count) {
  if (tokens.length <= count) return [...tokens];
  const rank = (/** @type {Token} */ token) => (token.wrong ? 0 : token.warning ? 1 : 2);
  return tokens.toSorted((one, other) => rank(one) - rank(other)).slice(0, count);
}
