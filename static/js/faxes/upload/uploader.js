// Carries the files of one fax: the loop of direct delivery. The portal decides what may go where;
// this asks for targets, opens a try, PUTs, reports, and asks again, until nothing that it holds
// may be needed any more.
//
// Knows nothing of the page. Portal, PUT, clock and chance are handed in.

import { Failures } from "./storage_failures.js";
import { heartbeat } from "./keep_alive.js";
import { Ended, Line } from "./portal_connection.js";

/** Milliseconds until the next question where nobody named a time. */
const SOON = 2_000;

/**
 * @typedef {import("./upload_api.js").Document} Document
 * @typedef {import("./upload_api.js").Standing} Standing
 * @typedef {import("../../lib/upload_request.js").Clock} Clock
 * @typedef {"blocked" | "failed" | "asked"} Why
 *
 * @typedef {object} Trip A file on its way.
 * @property {number} sent bytes
 * @property {boolean} isRelayed whether it goes to the portal
 * @property {AbortController} end gives it up
 * @property {Promise<void>} over
 *
 * @typedef {object} Note What the person has to know of one file.
 * @property {"unreadable" | "refused"} kind
 * @property {string} name
 * @property {string} sentence the portal's own, where it said one
 */

export class Carrier {
  /** @type {Standing | null} as last heard; without targets, which are used at once */
  standing = null;
  /** @type {Map<number, Trip>} by the document's id */
  trips = new Map();

  /** @type {Map<string, File>} by SHA-256 */
  #files = new Map();
  /** @type {Map<number, Failures>} by the document's id */
  #failures = new Map();
  /** Whether this browser was found unable to reach storage. */
  #isBlocked = false;
  /** @type {Promise<void> | null} */
  #running = null;
  /** Whether something has happened since the loop last asked; and what tells it. */
  #isNews = false;
  #wake = () => {};
  #portal;
  #line;
  #put;
  #clock;
  #random;
  #changed;
  #note;

  /**
   * @param {object} parts
   * @param {Pick<import("./upload_api.js").Portal, keyof import("./upload_api.js").Portal>} parts.portal
   * @param {typeof import("../../lib/upload_request.js").put} parts.put
   * @param {Clock} parts.clock
   * @param {() => number} [parts.random]
   * @param {() => void} [parts.changed] called after each change of what can be seen
   * @param {(note: Note) => void} [parts.note]
   */
  constructor({ portal, put, clock, random = Math.random, changed = () => {}, note = () => {} }) {
    this.#portal = portal;
    this.#line = new Line(clock, random, changed);
    this.#put = put;
    this.#clock = clock;
    this.#random = random;
    this.#changed = changed;
    this.#note = note;
  }

  /** Why the portal doesn't answer, if it doesn't. */
  get trouble() {
    return this.#line.trouble;
  }

  /** Whether it was given up, and carries nothing any more. */
  get isOver() {
    return this.#line.isOver;
  }

  /** Whether leaving the page now would break something off. */
  get isUnderWay() {
    return this.#running !== null && !this.isOver;
  }

  /**
   * Whether a document's file is here.
   * @param {Document} document
   */
  holds({ sha256 }) {
    return this.#files.has(sha256);
  }

  /**
   * Takes files, and goes on until none of those it holds may be needed any more.
   * @param {Map<string, File>} files by SHA-256
   * @param {Standing | null} [standing] with targets, where they are known already
   * @returns {Promise<void>} when nothing is left to do
   */
  carry(files, standing = null) {
    for (const [sha256, file] of files) this.#files.set(sha256, file);
    if (this.#running) this.nudge();
    else this.#running = this.#loop(standing).finally(() => this.#rest());
    return this.#running;
  }

  /** Looks again now: the network is back, say. */
  nudge() {
    this.#line.nudge();
    this.#tellLoop();
  }

  /**
   * Gives everything up for good.
   * @returns {Promise<void>} when each PUT that was broken off is reported, or can't be
   */
  async stop() {
    this.#line.end();
    this.#breakOff();
    this.#tellLoop();
    await this.#running;
  }

  #breakOff() {
    for (const trip of this.trips.values()) trip.end.abort();
  }

  #rest() {
    this.#running = null;
    this.#files.clear();
    this.#failures.clear();
    this.#changed();
  }

  /** @param {Standing | null} standing */
  async #loop(standing) {
    try {
      while (!this.isOver) {
        this.#isNews = false;
        standing ??= await this.#line.ask(() => this.#portal.targets());
        this.#hear(standing);
        if (standing.state === "over") break;
        const untilNext = this.#setOut(standing);
        if (this.trips.size === 0 && !this.#holdsWhatMayBeNeeded()) break;
        await this.#somethingHappens(untilNext);
        standing = null;
      }
    } catch (problem) {
      if (!(problem instanceof Ended)) throw problem;
    }
    this.#breakOff();
    await Promise.all([...this.trips.values()].map((trip) => trip.over));
  }

  #holdsWhatMayBeNeeded() {
    return this.standing.documents.some((document) => mayBeNeeded(document) && this.holds(document));
  }

  /**
   * Sets out with every file that may go now.
   * @param {Standing} standing
   * @returns {number} milliseconds after which to ask again, even if nothing happens
   */
  #setOut(standing) {
    if (standing.state === "wait") return (standing.seconds ?? 0) * 1000 || SOON;
    let soonest = Infinity;
    for (const document of standing.documents) {
      const file = this.#files.get(document.sha256);
      const mayGo = standing.state === "files_wanted" ? isMissing(document) : document.target;
      if (!file || !mayGo || this.trips.has(document.id)) continue;
      const untilThen = this.#failuresOf(document).notBefore - this.#clock.now();
      if (untilThen > 0) soonest = Math.min(soonest, untilThen);
      else this.#depart(document, file, standing.state === "files_wanted" ? "asked" : null);
    }
    return this.trips.size === 0 ? Math.min(soonest, SOON) : soonest;
  }

  /** @param {Document} document @param {File} file @param {Why | null} why the portal carries it */
  #depart(document, file, why) {
    const { wayBack } = this.#failuresOf(document);
    this.#isBlocked ||= wayBack === "blocked";
    why ??= this.#isBlocked ? "blocked" : wayBack;
    /** @type {Trip} */
    const trip = { sent: 0, isRelayed: why !== null, end: new AbortController(), over: null };
    this.trips.set(document.id, trip);
    trip.over = this.#travel(document, file, why, trip);
    this.#changed();
  }

  /** @param {Document} document @param {File} file @param {Why | null} why @param {Trip} trip */
  async #travel(document, file, why, trip) {
    try {
      if (!(await canRead(file))) this.#drop(document, "unreadable");
      else if (why) await this.#handOver(document, file, why, trip);
      else await this.#bring(document, file, trip);
    } catch (problem) {
      if (!(problem instanceof Ended)) throw problem;
    } finally {
      this.trips.delete(document.id);
      this.#changed();
      this.#tellLoop();
    }
  }

  /**
   * To storage: open a try, PUT, close the try.
   * @param {Document} document @param {File} file @param {Trip} trip
   */
  async #bring(document, file, trip) {
    const number = await this.#line.ask(() => this.#portal.open(document));
    if (number === null) {
      this.#failuresOf(document).notBefore = this.#clock.now() + SOON;
      return;
    }
    const endBeating = heartbeat(this.#clock, async () => {
      const heard = await this.#line.askOnce(() => this.#portal.alive(number, trip.sent));
      if (heard?.answer === false) trip.end.abort();
    });
    const answer = await this.#put(document.target, file, this.#watch(trip));
    endBeating();
    let asked = 0;
    const report = () => {
      asked += 1;
      return this.#portal.report(number, answer);
    };
    this.#hear(await this.#line.ask(report, { isOwed: true }));
    if (isStored(answer)) this.#failures.delete(document.id);
    // A portal that was away too says nothing of storage: the network was gone.
    else if (asked === 1) {
      this.#failuresOf(document).add(answer, this.#clock.now(), this.#random);
    }
  }

  /**
   * To the portal, which relays it.
   * @param {Document} document @param {File} file @param {Why} why @param {Trip} trip
   */
  async #handOver(document, file, why, trip) {
    const { standing, refusal } = await this.#line.ask(() => {
      trip.sent = 0;
      return this.#portal.handOver(document.id, file, why, this.#watch(trip));
    });
    if (standing) this.#hear(standing);
    else this.#drop(document, "refused", refusal);
  }

  /** @param {Document} document @param {Note["kind"]} kind @param {string} [sentence] */
  #drop(document, kind, sentence = "") {
    this.#files.delete(document.sha256);
    this.#note({ kind, name: document.name, sentence });
  }

  /** @param {Trip} trip */
  #watch(trip) {
    return {
      clock: this.#clock,
      signal: trip.end.signal,
      onProgress: (/** @type {number} */ sent) => {
        trip.sent = sent;
        this.#changed();
      },
    };
  }

  /** @param {Document} document */
  #failuresOf({ id }) {
    if (!this.#failures.has(id)) this.#failures.set(id, new Failures());
    return this.#failures.get(id);
  }

  /** @param {Standing} standing */
  #hear(standing) {
    const documents = standing.documents.map(({ target, ...rest }) => rest);
    this.standing = { ...standing, documents };
    this.#changed();
  }

  /** @param {number} milliseconds at most */
  async #somethingHappens(milliseconds) {
    if (this.#isNews) return;
    await new Promise((/** @type {(_: void) => void} */ resolve) => {
      const forget = this.#clock.after(milliseconds, resolve);
      this.#wake = () => {
        forget();
        resolve();
      };
    });
  }

  #tellLoop() {
    this.#isNews = true;
    this.#wake();
  }
}

/**
 * Whether only a file can help; of one whose fate is unknown the page knows no more than that.
 * @param {Document} document
 */
export function isMissing({ state }) {
  return state === "missing" || state === "unknown";
}

/**
 * Whether a file may still help: another page that sends it now may go away before it has.
 * @param {Document} document
 */
export function mayBeNeeded({ state }) {
  return state !== "stored" && state !== "held";
}

/** @param {import("../../lib/upload_request.js").Answer} answer */
function isStored({ status }) {
  return status >= 200 && status < 300;
}

/**
 * A file that was changed or removed since it was chosen can't be read, and its PUT would look as
 * if the network didn't work.
 * @param {File} file
 */
async function canRead(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
