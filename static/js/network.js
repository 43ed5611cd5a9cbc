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
  answered = false; // by something that is not the server itself
  since = 0;
  failures = 0;
  unsent = 0;

  /**
   * @param {number} now
   * @param {boolean} [answered] there is a network, but the server behind it does not answer
   */
  fails(now, answered = false) {
    if (this.up) this.since = now;
    this.up = false;
    this.answered = answered;
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

/** @param {number} status 0 for no answer @returns {boolean} the server itself answered, not a gateway before it */
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
  const down = (link.answered ? words.away : words.offline) ?? "";
  const offline = fill(down, { time: clock(link.since, document.body.dataset.zone) });
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

/** @param {number} status of the answer that a request has just got, 0 for none */
export function observe(status) {
  if (isAnswer(status)) link.answers();
  else link.fails(Date.now(), status > 0);
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
  let status = 0;
  if (navigator.onLine) {
    try {
      status = (await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(8000) })).status;
    } catch {
      status = 0; // that the fetch fails is the answer
    }
  }
  observe(status);
  plan();
}

function plan() {
  clearTimeout(timer);
  timer = setTimeout(probe, nextProbe({ up: link.up, failures: link.failures, hidden: document.hidden }));
}

export function start() {
  if (!document.querySelector("[data-network]")) return;
  observe(navigator.onLine ? 200 : 0);
  plan();
  window.addEventListener("offline", () => { observe(0); plan(); });
  window.addEventListener("online", probe);
  document.addEventListener("visibilitychange", () => (document.hidden ? plan() : probe()));
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => { observe(0); plan(); });
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr } = /** @type {CustomEvent} */ (event).detail;
    if (xhr.status > 0) { observe(xhr.status); plan(); }
  });
}
