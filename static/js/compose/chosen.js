// The files that a person has chosen and not posted yet. Knows nothing of the page.

const UNITS = ["bytes", "kB", "MB", "GB"];

/**
 * The chosen files with more of them; the same file (name, size, time) is there once.
 * @param {readonly File[]} chosen
 * @param {Iterable<File>} more
 * @returns {File[]}
 */
export function withMore(chosen, more) {
  const all = new Map();
  for (const file of [...chosen, ...more]) {
    all.set(`${file.name}\n${file.size}\n${file.lastModified}`, file);
  }
  return [...all.values()];
}

/**
 * A size as people read it, in the language of the page: 20.3 MB.
 * @param {number} bytes
 * @param {string} language
 */
export function readableSize(bytes, language) {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1);
  const number = (bytes / 1024 ** power).toLocaleString(language, { maximumFractionDigits: 1 });
  return `${number}\u00a0${UNITS[power]}`;
}
