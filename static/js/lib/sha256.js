// The SHA-256 of a file, computed in a worker.

/**
 * The part of a Worker that this module uses.
 * @typedef {Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">} Hasher
 *
 * @typedef {object} HashOptions
 * @property {() => Hasher} makeWorker
 * @property {(read: number) => void} [onProgress] called with the bytes that are read so far
 * @property {AbortSignal} [signal] ends the reading
 */

/**
 * A file's SHA-256 in hexadecimal digits. Rejects if the file can't be read, if the browser can't
 * run such a worker, or if `signal` ends the reading.
 * @param {File} file
 * @param {HashOptions} options
 * @returns {Promise<string>}
 */
export function sha256(file, { makeWorker, onProgress = () => {}, signal }) {
  return new Promise((resolve, reject) => {
    const worker = makeWorker();
    /** @param {() => void} settle */
    const end = (settle) => {
      worker.terminate();
      settle();
    };
    worker.onmessage = ({ data }) => {
      if (data.read !== undefined) onProgress(data.read);
      else if (data.sha256) end(() => resolve(data.sha256));
      else end(() => reject(new Error(data.problem)));
    };
    worker.onerror = (event) => end(() => reject(new Error(event.message)));
    signal?.addEventListener("abort", () => end(() => reject(signal.reason)), { once: true });
    worker.postMessage(file);
  });
}

/**
 * A function that makes workers.
 * @param {string} address of sha256.worker.js
 * @returns {() => Worker}
 */
export const workerAt = (address) => () => new Worker(address, { type: "module" });
