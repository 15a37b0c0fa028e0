// A portal and a storage in memory, for the tests of the uploader.

import { Uploader } from "../../../../static/js/faxes/upload/fax_upload.js";
import { FakeClock } from "../../fakes.js";

export const STORED = { wasSent: true, status: 200, etag: '"e"', text: "", sent: 3 };
export const REFUSED = { wasSent: true, status: 403, etag: "", text: "", sent: 3 };
export const BROKEN_OFF = { wasSent: true, status: 0, etag: "", text: "", sent: 2 };
export const NOTHING_SENT = { wasSent: true, status: 0, etag: "", text: "", sent: 0 };

export const one = new File(["one"], "one.pdf");
export const two = new File(["two"], "two.pdf");

/**
 * Stands in for UploadApi. Each missing document gets a target. The last document gets a target
 * only when all other documents are stored: the portal keeps one document back for the end. A test
 * can change fields and methods.
 */
export class FakePortal {
  asked = [];
  state = "go";
  /** Number of an attempt → id of its document. */
  attempts = new Map();

  constructor(...names) {
    this.documents = names.map((name, index) => ({
      id: index + 1,
      name: `${name}.pdf`,
      size: 3,
      sha256: name,
      state: "missing",
    }));
  }

  status(withTargets) {
    const last = this.documents.at(-1);
    const areOthersStored = this.documents.every((one) => one === last || one.state === "stored");
    const documents = this.documents.map((document) => {
      const isMissing = ["missing", "unknown"].includes(document.state);
      const mayGo = isMissing && (document !== last || areOthersStored);
      const target = { url: `https://storage/${document.id}`, headers: {} };
      return withTargets && this.state === "go" && mayGo ? { ...document, target } : { ...document };
    });
    const isOver = this.documents.every(({ state }) => state === "stored");
    return { state: isOver ? "over" : this.state, seconds: 3, sentence: "", documents };
  }

  document(id) {
    return this.documents.find((document) => document.id === id);
  }

  async fetchTargets() {
    this.asked.push("targets");
    return this.status(true);
  }

  async startAttempt({ id }) {
    this.asked.push(`start ${id}`);
    this.document(id).state = "moving";
    const attempt = this.attempts.size + 1;
    this.attempts.set(attempt, id);
    return attempt;
  }

  async keepAlive(attempt, sent) {
    this.asked.push(`alive ${attempt} ${sent}`);
    return true;
  }

  async endAttempt(attempt, { status, wasSent }) {
    this.asked.push(`end ${attempt} ${wasSent ? status : "not sent"}`);
    this.document(this.attempts.get(attempt)).state = status === 200 ? "stored" : "unknown";
    return this.status(false);
  }

  async relay(id, file, reason) {
    this.asked.push(`relay ${id} ${reason}`);
    this.document(id).state = "held";
    return { status: this.status(false) };
  }
}

/** An uploader with its collaborators; each PUT waits until the test ends it. */
export function uploaderTo(portal) {
  const clock = new FakeClock();
  const puts = [];
  const problems = [];
  const put = (target, file, { onProgress, signal }) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve({ ...NOTHING_SENT, wasSent: false });
      signal.addEventListener("abort", () => resolve(BROKEN_OFF));
      puts.push({ url: target.url, file, moves: onProgress, ends: resolve });
    });
  const onFileProblem = (problem) => problems.push(problem);
  const uploader = new Uploader({ api: portal, put, clock, onFileProblem, random: () => 0 });
  return { uploader, clock, puts, problems };
}

/** Makes a method of the portal fail a number of times before it answers. */
export function failing(portal, name, times, Problem) {
  const answer = portal[name].bind(portal);
  portal[name] = async (...question) => {
    if (times-- > 0) throw new Problem();
    return answer(...question);
  };
}
