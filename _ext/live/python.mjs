// Python, as the page sees it: it starts, it is asked, it is stopped. It lives in a worker.

const OURS = ["spared.py", "kernel.py"];

async function textOf(name, signal) {
  const answer = await fetch(new URL(name, import.meta.url), { signal });
  if (!answer.ok) throw new Error(`${name}: the server answers ${answer.status}`);
  return answer.text();
}

export class Python {
  // `settings` is what live.json holds; `hears(kind, what)` is told how the start goes.
  constructor(settings, hears) {
    this.settings = settings;
    this.hears = hears;
    this.waiting = new Map();
    this.number = 0;
  }

  // A start that failed, or was ended, can be tried again.
  start() {
    if (this.started) return this.started;
    const started = this.started = this.open();
    started.catch(error => { if (this.started === started) this.end(error.message); });
    return started;
  }

  async open() {
    const { signal } = this.life = new AbortController();
    this.worker = new Worker(new URL("worker.mjs", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => this.take(data);
    this.worker.onerror = event => this.end(event.message || "the worker did not start");
    this.interrupts = globalThis.crossOriginIsolated ? new Uint8Array(new SharedArrayBuffer(1)) : null;
    const texts = Object.fromEntries(await Promise.all(OURS.map(async name => [name, await textOf(name, signal)])));
    signal.throwIfAborted();
    return this.send({ what: "start", ...this.settings, texts, interrupts: this.interrupts }, this.hears);
  }

  // Ask for one thing; `hears` is told what comes before the answer. Asking starts nothing.
  async ask(question, hears) {
    if (!this.started) throw new Error("stopped");
    await this.started;
    return this.send(question, hears);
  }

  send(question, hears = () => {}) {
    const number = ++this.number;
    if (this.interrupts && !this.waiting.size) this.interrupts[0] = 0; // a stop that came too late
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { hears, resolve, reject });
      this.worker.postMessage({ number, ...question });
    });
  }

  take({ to, kind, what }) {
    const question = this.waiting.get(to);
    if (!question) return;
    if (kind !== "done" && kind !== "failed") return question.hears(kind, what);
    this.waiting.delete(to);
    if (kind === "done") question.resolve(what);
    else question.reject(new Error(what));
  }

  // Stop what runs. Where the page may share memory with the worker, Python goes on with
  // all it knows, and true comes back; elsewhere it ends, and must be started anew.
  stop() {
    if (this.interrupts) {
      if (this.waiting.size) this.interrupts[0] = 2;
      return true;
    }
    this.end("stopped");
    return false;
  }

  // At whatever moment it is called, also during the start.
  end(why) {
    const error = new Error(why);
    if (this.worker) this.worker.onerror = null;
    this.worker?.terminate();
    this.worker = this.started = undefined;
    this.life?.abort(error);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
