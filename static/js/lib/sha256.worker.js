// A module worker that computes the SHA-256 of a file piece by piece. So a file of any size takes
// only the memory of one piece, and the page stays responsive.

import { sha256 } from "../../vendor/noble-hashes-2.4.0/sha2.js";

/** Bytes that are read at a time. */
const PIECE = 4 * 1024 * 1024;

/**
 * Computes the SHA-256 of a file. Rejects if the file can't be read.
 * @param {Blob} file
 * @param {(read: number) => void} onProgress bytes so far
 * @returns {Promise<string>} in hexadecimal digits
 */
export async function digest(file, onProgress) {
  const hash = sha256.create();
  for (let start = 0; start < file.size; start += PIECE) {
    const piece = file.slice(start, start + PIECE);
    hash.update(new Uint8Array(await piece.arrayBuffer()));
    onProgress(start + piece.size);
  }
  return [...hash.digest()].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

globalThis.onmessage = async (/** @type {MessageEvent<Blob>} */ { data: file }) => {
  try {
    const sha256 = await digest(file, (read) => postMessage({ read }));
    postMessage({ sha256 });
  } catch (problem) {
    postMessage({ problem: String(problem) });
  }
};
