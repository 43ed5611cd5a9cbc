/**
 * The thin line that is always true about the network ([data-network]): live, or offline since when and with how many
 * things unsent. A failed request says offline at once, a good one live; between them /healthz is asked now and then:
 * rarely while all is well or the page is hidden, with growing pauses while it is not.
 */
import { fill } from "./page.js";

const LIVE_MS = 20000;
const HIDDEN_MS = 120000;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 30000;

/**
 * @param {{up: boolean, failures: number, hidden: boolean}} link
 * @returns {number} ms until the next question
 */
export function nextProbe({ up, failures, hidden }) {
  if (hidden) return HIDDEN_MS;
  if (up) return LIVE_MS;
  return Math.min(FIRST_RETRY_MS * 2 ** Math.max(failures - 1, 0), LONGEST_RETRY_MS);
}

/** What is known about the network. Pure: times are given. */
export class Link {
  up = true;
  since = 0;
  failures = 0;
  unsent = 0;

  /** @param {number} now */
  fails(now) {
    if (this.up) this.since = now;
    this.up = false;
    this.failures += 1;
  }

  answers() {
    this.up = true;
    this.failures = 0;
  }

  /** @returns {"live" | "offline" | "waiting"} waiting: there is a network, but something was not sent */
  get state() {
    if (!this.up) return "offline";
    return this.unsent ? "waiting" : "live";
  }
}

/** @param {number} status @returns {boolean} somebody answered who stands behind the gateway */
export function isAnswer(status) {
  return status > 0 && !(status >= 502 && status <= 504);
}

export const link = new Link();

/** @param {number} time @param {string} [zone] @returns {string} 06:12 */
export function clock(time, zone) {
  const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone || undefined });
  return format.format(time);
}

function draw() {
  const line = /** @type {HTMLElement | null} */ (document.querySelector("[data-network]"));
  if (!line) return;
  const words = line.dataset;
  const unsent = link.unsent ? fill(words.unsent ?? "", { count: link.unsent }) : "";
  const offline = fill(words.offline ?? "", { time: clock(link.since, document.body.dataset.zone) });
  const sentence = {
    live: words.live ?? "",
    waiting: `${words.waiting} ${unsent}`,
    offline: `${offline} ${unsent || words.stay}`,
  }[link.state];
  line.dataset.state = link.state;
  line.hidden = false;
  const span = line.querySelector("span");
  if (span && span.textContent !== sentence) span.textContent = sentence;
}

/** @param {boolean} up what a request has just shown */
export function observe(up) {
  if (up) link.answers();
  else link.fails(Date.now());
  draw();
}

/** @param {number} count of things typed here that the server does not have */
export function setUnsent(count) {
  link.unsent = count;
  draw();
}

let timer = 0;

async function probe() {
  clearTimeout(timer);
  let up = false;
  if (navigator.onLine) {
    try {
      const answer = await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(8000) });
      up = isAnswer(answer.status);
    } catch {
      up = false; // the fetch itself failing is the answer
    }
  }
  observe(up);
  plan();
}

function plan() {
  clearTimeout(timer);
  timer = setTimeout(probe, nextProbe({ up: link.up, failures: link.failures, hidden: document.hidden }));
}

export function start() {
  if (!document.querySelector("[data-network]")) return;
  observe(navigator.onLine);
  plan();
  window.addEventListener("offline", () => { observe(false); plan(); });
  window.addEventListener("online", probe);
  document.addEventListener("visibilitychange", () => (document.hidden ? plan() : probe()));
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => { observe(false); plan(); });
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr } = /** @type {CustomEvent} */ (event).detail;
    if (xhr.status > 0) { observe(isAnswer(xhr.status)); plan(); }
  });
}
