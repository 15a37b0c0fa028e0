// Sizes of files as people read them. Knows nothing of the page.

const UNITS = ["bytes", "kB", "MB", "GB"];

/**
 * A size as people read it, in a language: 20.3 MB.
 * @param {number} bytes
 * @param {string} language
 */
export function readableSize(bytes, language) {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1);
  const number = (bytes / 1024 ** power).toLocaleString(language, { maximumFractionDigits: 1 });
  return `${number}\u00a0${UNITS[power]}`;
}
