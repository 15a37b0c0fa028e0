// Files that stay in the browser when the form goes: which ones, and what the form says of them.
// Knows nothing of the page.

/** Bytes at a file's start by which the portal tells what it is. */
const HEAD = 1024;

/**
 * @typedef {object} Rules Of the form, as it is filled in now.
 * @property {string} delivery auto, direct or relay
 * @property {number} over bytes: in auto, larger files stay
 * @property {boolean} isScheduled
 * @property {boolean} hasCover the portal draws its first page
 */

/**
 * Whether a file stays and goes straight to VoipNow's storage.
 * @param {File} file
 * @param {Rules} rules
 */
export function stays(file, { delivery, over, isScheduled, hasCover }) {
  if (isScheduled || hasCover) return false;
  return delivery === "direct" || (delivery === "auto" && file.size > over);
}

/**
 * What the form says of the files that stay, in place of their bytes.
 * @param {readonly {file: File, after: number}[]} staying with how many documents of the portal's
 *   come before each
 * @param {ReadonlyMap<File, string>} hashes their SHA-256
 */
export async function declaration(staying, hashes) {
  const declared = [];
  for (const { file, after } of staying) {
    const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
    declared.push({
      name: file.name,
      size: file.size,
      sha256: hashes.get(file),
      head: btoa(String.fromCharCode(...head)),
      after,
    });
  }
  return JSON.stringify(declared);
}
