// Which of the files that a person chose are the missing ones: by size first, which costs nothing,
// then by content. Their names may have changed.

/**
 * @typedef {import("./upload_api.js").Document} Document
 *
 * @param {Iterable<File>} chosen
 * @param {readonly Document[]} missing
 * @param {(file: File) => Promise<string>} sha256 rejects where a file can't be read
 * @returns {Promise<{found: Map<string, File>, strangers: File[], unreadable: File[]}>} those that
 *   are missing by their SHA-256, those that aren't, and those of which nobody can tell
 */
export async function match(chosen, missing, sha256) {
  const found = new Map();
  /** @type {File[]} */
  const strangers = [];
  /** @type {File[]} */
  const unreadable = [];
  for (const file of chosen) {
    const candidates = missing.filter(({ size }) => size === file.size);
    if (candidates.length === 0) {
      strangers.push(file);
      continue;
    }
    try {
      const name = await sha256(file);
      if (candidates.some((document) => document.sha256 === name)) found.set(name, file);
      else strangers.push(file);
    } catch {
      unreadable.push(file);
    }
  }
  return { found, strangers, unreadable };
}
