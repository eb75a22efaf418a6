// The line to the kernel: opens, notices that it is gone, opens again, and delivers afterwards what was not answered.
//
// States, told through `onstate`: "open", "lost" (trying again), "gone" (kernel ended; only a reload helps).
// "slow" is told apart, through `onslow`: the kernel is there, but busy.

import { PROTOCOL, encode, decode } from "./frame.js";

// Together these stay under five seconds: that is how long a reader may be left in the dark.
const WATCH = 2000; // ms without any sign after a message
const CHECK = 2500; // ms that the server gets to say whether the kernel is there
const SLOW = 10000; // ms after which a silent but open line is not trusted any more
const ENDED = new Set(["restarting", "autorestarting", "dead"]);
const MAX_WAITING = 500;

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID(); // missing on plain http outside this machine
  const b = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
}

export class Link {
  constructor({ baseUrl, kernelId, xsrf = "", onstate = () => {}, onslow = () => {} }) {
    Object.assign(this, { base: baseUrl, id: kernelId, xsrf, onstate, onslow });
    this.session = uuid(); // the same after a reconnection, so that the server replays what we missed
    this.state = "new";
    this.fails = 0;
    this.handlers = {}; // msg_type -> function
    this.open = new Map(); // msg_id -> {frame, sent}: not answered yet
    this.leaving = false;
    this.listen();
    this.connect();
  }

  listen() {
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.probe(); }); // woke up: ended meanwhile?
    addEventListener("online", () => this.state === "lost" && this.connect());
    addEventListener("offline", () => this.state === "open" && this.probe());
    addEventListener("pageshow", (e) => {
      if (e.persisted) { this.leaving = false; this.connect(); }
    });
    addEventListener("pagehide", (e) => {
      this.leaving = true;
      if (!e.persisted) this.end(); // a page in the back/forward cache may come back
    });
  }

  /** Ask the server to end our kernel; survives the closing of the page. */
  end() {
    const form = new FormData();
    form.append("_xsrf", this.xsrf);
    navigator.sendBeacon(`${this.base}voila/api/shutdown/${this.id}`, form);
  }

  set(state) {
    if (state === this.state) return;
    this.state = state;
    this.onstate(state);
  }

  connect() {
    clearTimeout(this.timer);
    if (this.state === "gone" || (this.ws && this.ws.readyState < 2)) return;
    const url = new URL(`${this.base}api/kernels/${this.id}/channels?session_id=${this.session}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const ws = new WebSocket(url, [PROTOCOL]);
    this.ws = ws;
    ws.binaryType = "arraybuffer";
    ws.onopen = () => this.opened(ws);
    ws.onmessage = (e) => this.receive(decode(e.data));
    ws.onclose = () => { if (ws === this.ws && !this.leaving && this.state !== "gone") this.lost(); };
  }

  opened(ws) {
    if (ws.protocol !== PROTOCOL) return this.drop("gone"); // a server we do not understand
    const again = this.fails > 0;
    this.fails = 0;
    this.heard = performance.now();
    const waiting = [...this.open.values()];
    this.set("open");
    for (const m of waiting) if (!m.sent) { ws.send(m.frame); m.sent = true; }
    // The server replays what we missed. What is still open after that was lost: at least once, receivers know a message by its
    // number. The state of widgets is not asked again: that would draw them anew, under the hands of the reader.
    setTimeout(() => {
      for (const m of waiting) if (ws.readyState === 1 && [...this.open.values()].includes(m)) ws.send(m.frame);
    }, again ? 800 : 5000);
    this.watch();
  }

  /** Give up this socket without waiting for it. */
  drop(state) {
    const ws = this.ws;
    this.ws = null;
    if (ws) { ws.onopen = ws.onmessage = ws.onclose = null; ws.close(); }
    clearTimeout(this.dog);
    if (state === "gone") this.set("gone");
    else this.lost();
  }

  async lost() {
    this.set("lost");
    this.fails++;
    if ((await this.check()) === "gone") return this.drop("gone");
    if (this.state !== "lost") return;
    const wait = Math.min(15000, 400 * 2 ** Math.min(this.fails, 6)) * (0.75 + Math.random() / 2);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), wait);
  }

  /** "ok": the kernel is there · "gone": it is not · "away": no answer from the server. */
  async check() {
    try {
      const answer = await fetch(`${this.base}api/kernels/${this.id}`, {
        signal: AbortSignal.timeout(CHECK), cache: "no-store", headers: { "X-XSRFToken": this.xsrf }, // a hub knows nobody without it
      });
      return [401, 403, 404].includes(answer.status) ? "gone" : answer.ok ? "ok" : "away";
    } catch {
      return "away";
    }
  }

  /** The line looks open: is it? */
  async probe() {
    if (this.state !== "open") return;
    const ws = this.ws;
    const answer = await this.check();
    if (this.state !== "open" || ws !== this.ws) return;
    if (answer === "gone") return this.drop("gone");
    if (answer === "away") return this.drop("lost");
    if (!this.open.size) return;
    if (performance.now() - this.heard > SLOW) return this.drop("lost"); // half-open: a new socket, and send again
    this.onslow(true);
    this.watch();
  }

  watch() {
    clearTimeout(this.dog);
    if (this.open.size) this.dog = setTimeout(() => this.probe(), WATCH);
  }

  /** Send a message; returns its id. Kept until the kernel gives any sign of having got it. */
  send(msg_type, content, { channel = "shell", buffers = [], metadata = {} } = {}) {
    const header = { msg_id: uuid(), msg_type, username: "", session: this.session, date: new Date().toISOString(), version: "5.4" };
    const frame = encode({ channel, header, parent_header: {}, metadata, content, buffers });
    if (this.open.size >= MAX_WAITING) this.open.delete(this.open.keys().next().value);
    const up = this.state === "open" && this.ws?.readyState === 1;
    this.open.set(header.msg_id, { frame, sent: up });
    if (up) {
      if (this.open.size === 1) this.heard = performance.now();
      this.ws.send(frame);
      this.watch();
    }
    return header.msg_id;
  }

  receive(message) {
    this.heard = performance.now();
    const was = this.open.size;
    this.open.delete(message.parent_header.msg_id);
    if (was && !this.open.size) { clearTimeout(this.dog); this.onslow(false); }
    const type = message.header.msg_type;
    if (type === "status" && ENDED.has(message.content.execution_state)) return this.drop("gone");
    this.handlers[type]?.(message);
  }
}
