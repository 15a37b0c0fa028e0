// Finds the missing files among the files that a person chose: first by size, which costs nothing,
// then by content. The name of a file does not count.

/**
 * @typedef {Pick<import("./upload_api.js").Document, "size" | "sha256">} Wanted
 *
 * @typedef {object} Matches
 * @property {Map<string, File>} found missing files by their SHA-256
 * @property {File[]} strangers files that are not missing
 * @property {File[]} unreadable files that can't be compared
 */

/**
 * Sorts the chosen files into missing files, other files, and files that can't be read.
 * @param {Iterable<File>} chosen
 * @param {readonly Wanted[]} missing
 * @param {(file: File) => Promise<string>} sha256 rejects if a file can't be read
 * @returns {Promise<Matches>}
 */
export async function matchFiles(chosen, missing, sha256) {
  /** @type {Matches} */
  const matches = { found: new Map(), strangers: [], unreadable: [] };
  for (const file of chosen) {
    const candidates = missing.filter(({ size }) => size === file.size);
    if (candidates.length === 0) {
      matches.strangers.push(file);
      continue;
    }
    try {
      const hash = await sha256(file);
      if (candidates.some((document) => document.sha256 === hash)) matches.found.set(hash, file);
      else matches.strangers.push(file);
    } catch {
      matches.unreadable.push(file);
    }
  }
  return matches;
}
