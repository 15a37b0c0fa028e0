// The files that a person has chosen and not posted yet. Knows nothing of the page.

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
