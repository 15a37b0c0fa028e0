// The names of pressed keys, as `aria-keyshortcuts` writes them. Knows nothing of the page.

/**
 * @typedef {Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">}
 *   KeyPress
 */

/**
 * The name of a key press, such as "Control+Enter", with the modifiers in the order of WAI-ARIA.
 * Null without Control, Meta or Alt, because a key alone belongs to the field that a person types
 * into.
 * @param {KeyPress} press
 * @returns {string | null}
 */
export function nameOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
  if (!ctrlKey && !metaKey && !altKey) return null;
  const letter = letterOf(key, code);
  const modifiers = [
    ctrlKey && "Control",
    metaKey && "Meta",
    altKey && "Alt",
    // On some keyboards a sign such as the slash is typed with Shift. Then Shift is part of the
    // sign, and is not named.
    shiftKey && (letter !== null || key.length > 1) && "Shift",
  ];
  return [...modifiers.filter(Boolean), letter ?? key].join("+");
}

/**
 * The letter on a key, or null. On a Mac, Option turns the letter into another sign.
 * @param {string} key
 * @param {string} code
 */
function letterOf(key, code) {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  return /^Key[A-Z]$/.test(code) && key.length === 1 ? code.slice(3) : null;
}
