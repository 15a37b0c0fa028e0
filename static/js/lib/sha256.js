// SHA-256 of files, in workers of their own.

/**
 * The part of Worker that is used here.
 * @typedef {Pick<Worker, "postMessage" | "terminate" | "onmessage" | "onerror">} Hasher
 */

/**
 * A file's SHA-256 in hexadecimal digits. Rejects where it can't be read, or where the browser
 * can't run such a worker, or when it is no longer wanted.
 * @param {File} file
 * @param {object} how
 * @param {() => Hasher} how.makeWorker
 * @param {(read: number) => void} [how.onProgress] bytes so far
 * @param {AbortSignal} [how.signal]
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
 * What makes workers, from the address of sha256.worker.js.
 * @param {string} address
 * @returns {() => Worker}
 */
export const workerAt = (address) => () => new Worker(address, { type: "module" });
