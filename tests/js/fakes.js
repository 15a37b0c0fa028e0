// Stand-ins for the browser's clock and requests. The clock moves only when a test says so, and a
// request is answered only by a test.

/** A clock as lib/clock.js describes it. */
export class FakeClock {
  #now = 0;
  #timers = [];

  now() {
    return this.#now;
  }

  after(milliseconds, call) {
    if (milliseconds === Infinity) return () => {};
    const timer = { at: this.#now + milliseconds, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets the time pass, and makes the calls that become due. */
  async pass(milliseconds) {
    await settle();
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#now = next.at;
      this.#timers = this.#timers.filter((other) => other !== next);
      next.call();
      await settle();
    }
    this.#now = end;
  }
}

/** Lets all pending promises run, unless they wait for a clock. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A promise that a test settles. */
export function deferred() {
  let resolve, reject;
  const promise = new Promise((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

/** An XMLHttpRequest whose events a test fires. */
export class FakeRequest {
  upload = {};
  status = 0;
  responseText = "";
  headers = [];
  wasAborted = false;

  open(method, url) {
    this.opened = [method, url];
    if (!url.startsWith("http")) throw new SyntaxError("no address");
  }

  setRequestHeader(name, value) {
    this.headers.push([name, value]);
  }

  getAllResponseHeaders() {
    return this.answerHeaders ?? "";
  }

  send(body) {
    this.body = body;
  }

  abort() {
    this.wasAborted = true;
    this.onabort();
  }

  moves(loaded) {
    this.upload.onprogress({ loaded });
  }

  answers(status, text = "", answerHeaders = "") {
    this.upload.onload();
    Object.assign(this, { status, responseText: text, answerHeaders });
    this.onload();
  }
}
