// Which files stay in the browser when the form is sent, and what the form declares of them. The
// browser uploads these files to VoipNow's storage afterwards. Knows nothing of the page.

/** Bytes at a file's start, by which the portal recognises the file's type. */
const HEAD = 1024;

/**
 * @typedef {object} Rules The values that decide which files stay, as the form is filled in now.
 * @property {string} delivery auto, direct or relay
 * @property {number} over bytes: in auto, larger files stay
 * @property {boolean} isScheduled
 * @property {boolean} hasCover whether the portal draws the first page
 *
 * @typedef {object} ClientFile
 * @property {File} file
 * @property {number} after how many documents that the portal holds come before the file
 */

/**
 * Whether a file stays in the browser.
 * @param {File} file
 * @param {Rules} rules
 */
export function staysInBrowser(file, { delivery, over, isScheduled, hasCover }) {
  if (isScheduled || hasCover) return false;
  return delivery === "direct" || (delivery === "auto" && file.size > over);
}

/**
 * What the form declares about the files that stay, as JSON. The form does not send their bytes.
 * @param {readonly ClientFile[]} clientFiles
 * @param {ReadonlyMap<File, string>} hashes the SHA-256 of each file
 */
export async function declarationOf(clientFiles, hashes) {
  const declared = [];
  for (const { file, after } of clientFiles) {
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
