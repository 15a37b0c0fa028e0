// Which keys are pressed, in the words of `aria-keyshortcuts`. Knows nothing of the page.

/**
 * @typedef {object} Pressed The part of a KeyboardEvent that tells.
 * @property {string} key
 * @property {string} code
 * @property {boolean} ctrlKey
 * @property {boolean} metaKey
 * @property {boolean} altKey
 * @property {boolean} shiftKey
 */

/**
 * The name of a key press such as "Control+Enter", in the order that WAI-ARIA writes it; null for
 * one without Control, Meta or Alt: a lone letter belongs to the field that it is typed into.
 * @param {Pressed} pressed
 * @returns {string | null}
 */
export function nameOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
  if (!ctrlKey && !metaKey && !altKey) return null;
  const letter = letterOf(key, code);
  const held = [
    ctrlKey && "Control",
    metaKey && "Meta",
    altKey && "Alt",
    // Some keyboards have a sign such as the slash above a digit: its shift is part of the sign.
    shiftKey && (letter !== null || key.length > 1) && "Shift",
  ];
  return [...held.filter(Boolean), letter ?? key].join("+");
}

/**
 * The letter on the key: with Option held, a Mac makes other signs of it.
 * @param {string} key
 * @param {string} code
 */
function letterOf(key, code) {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  return /^Key[A-Z]$/.test(code) && key.length === 1 ? code.slice(3) : null;
}
