// One file on its way, in one request: XMLHttpRequest as a promise, since fetch tells no progress.
// Knows nothing of faxes.

/** Milliseconds without progress after which a transfer is given up. */
const STALLED = 30_000;
/**
 * The same once the browser has written every byte. It writes into the system's buffers, and a
 * proxy or a virus scanner in between may keep the whole file before it passes it on.
 */
const UNANSWERED = 120_000;
/** Headers that a browser sets itself, and refuses from a page. */
const BROWSERS_OWN = ["content-length", "host"];

/**
 * @typedef {object} Answer What is known when it is over.
 * @property {boolean} wasSent whether `send()` was called
 * @property {number} status 0: no answer, or none that this page may read
 * @property {string} etag
 * @property {string} text of the answer
 * @property {number} sent bytes that the browser said it wrote
 *
 * @typedef {object} Clock
 * @property {() => number} now milliseconds
 * @property {(milliseconds: number, call: () => void) => () => void} after returns what undoes it;
 *   Infinity is never
 *
 * @typedef {object} Watch
 * @property {(sent: number) => void} [onProgress]
 * @property {AbortSignal} [signal] gives it up
 * @property {() => XMLHttpRequest} [makeRequest]
 * @property {Clock} [clock]
 */

/** @type {Clock} */
export const realClock = {
  now: () => performance.now(),
  after(milliseconds, call) {
    if (milliseconds === Infinity) return () => {};
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/**
 * PUTs a file to a pre-signed address: its headers exactly, no cookies, and no referrer, since the
 * portal's pages send none to another origin.
 * @param {{url: string, headers: Record<string, string>}} target
 * @param {File} file
 * @param {Watch} watch
 */
export function put(target, file, watch) {
  const headers = Object.entries(target.headers).filter(
    ([name]) => !BROWSERS_OWN.includes(name.toLowerCase()),
  );
  // A slice without a type of its own: else the browser adds a Content-Type that nobody gave.
  const body = file.slice(0, file.size, "");
  return transfer({ method: "PUT", url: target.url, headers, body }, watch);
}

/**
 * Sends a request with a large body. Never rejects: whatever happened is in the answer.
 * @param {{method: string, url: string, headers: [string, string][], body: Blob | FormData}} request
 * @param {Watch} watch
 * @returns {Promise<Answer>}
 */
export function transfer(
  { method, url, headers, body },
  { onProgress = () => {}, signal, makeRequest = () => new XMLHttpRequest(), clock = realClock },
) {
  return new Promise((resolve) => {
    const answer = { wasSent: false, status: 0, etag: "", text: "", sent: 0 };
    if (signal?.aborted) return resolve(answer);
    const xhr = makeRequest();
    let forget = () => {};
    /** @param {number} milliseconds */
    const giveUpAfter = (milliseconds) => {
      forget();
      forget = clock.after(milliseconds, () => xhr.abort());
    };
    const abort = () => xhr.abort();
    const end = () => {
      forget();
      signal?.removeEventListener("abort", abort);
      resolve(answer);
    };
    xhr.upload.onprogress = ({ loaded }) => {
      answer.sent = loaded;
      giveUpAfter(STALLED);
      onProgress(loaded);
    };
    xhr.upload.onload = () => giveUpAfter(UNANSWERED);
    xhr.onload = () => {
      answer.status = xhr.status;
      // All headers, because asking for one that storage doesn't expose is an error on the console.
      answer.etag = /^etag: *(.*?)\r?$/im.exec(xhr.getAllResponseHeaders())?.[1] ?? "";
      answer.text = xhr.responseText;
      end();
    };
    xhr.onerror = xhr.onabort = end;
    signal?.addEventListener("abort", abort);
    try {
      xhr.open(method, url);
      for (const [name, value] of headers) xhr.setRequestHeader(name, value);
      giveUpAfter(STALLED);
      answer.wasSent = true;
      xhr.send(body);
    } catch {
      end(); // an address or a header that no browser takes
    }
  });
}
