/**
 * The clock of an overdose: since when, each dose of naloxone, when to repeat it. Kept in this browser (localStorage), so it
 * survives a reload and needs no server. Every [data-overdose-timer] on the page shows it; [data-overdose-running] shows
 * the minutes on the button that opens the card.
 */
const KEY = "tram.overdose";

/** @typedef {{found: number, doses: number[]}} Run times in ms */

/** @param {string | null} text @returns {Run | null} what was kept; nothing where it cannot be read */
export function parse(text) {
  try {
    const told = JSON.parse(text ?? "null");
    const times = told && [told.found, ...told.doses];
    return times?.every((time) => Number.isFinite(time)) ? { found: told.found, doses: told.doses } : null;
  } catch {
    return null;
  }
}

/**
 * @param {Run} run @param {number} now @param {number} repeatMs
 * @returns {{elapsed: number, left: number | null, due: boolean}} ms; left until the repeat, null before the first dose
 */
export function reading(run, now, repeatMs) {
  const last = run.doses.at(-1);
  const left = last === undefined ? null : last + repeatMs - now;
  return { elapsed: Math.max(0, now - run.found), left, due: left !== null && left <= 0 };
}

/** @param {number} ms @returns {string} 04:07; an hour and more as 1:04:07 */
export function minutes(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** @returns {Run | null} */
function load() {
  try {
    return parse(localStorage.getItem(KEY));
  } catch {
    return null; // a browser that keeps nothing: the clock runs until the page goes
  }
}

/** @type {Run | null} */
let run = null;

/** @param {Run | null} next */
function keep(next) {
  run = next;
  try {
    if (next) localStorage.setItem(KEY, JSON.stringify(next));
    else localStorage.removeItem(KEY);
  } catch {
    // see load
  }
  draw();
}

/** @param {ParentNode} root @param {string} name @param {string} text */
function write(root, name, text) {
  const place = root.querySelector(`[data-timer-${name}]`);
  if (place && place.textContent !== text) place.textContent = text;
}

/** @param {number} time @returns {string} 06:12:30 */
function clock(time) {
  const zone = document.body.dataset.zone || undefined;
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: zone }).format(time);
}

function draw() {
  const now = Date.now();
  for (const timer of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-overdose-timer]"))) {
    const words = timer.dataset;
    const told = run && reading(run, now, Number(words.repeatMinutes) * 60000);
    timer.classList.toggle("timer-due", told?.due ?? false);
    for (const part of timer.querySelectorAll("[data-timer-when]")) {
      /** @type {HTMLElement} */ (part).hidden = (part.getAttribute("data-timer-when") === "running") !== (run !== null);
    }
    write(timer, "elapsed", told ? minutes(told.elapsed) : "");
    write(timer, "found", run ? clock(run.found) : "");
    write(timer, "doses", run?.doses.length ? run.doses.map((time) => clock(time)).join(" · ") : "–");
    const next = !told || told.left === null ? "" : told.due ? (words.due ?? "") : `${words.next} ${minutes(told.left)}`;
    write(timer, "next", next);
  }
  for (const chip of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-overdose-running]"))) {
    chip.textContent = run ? minutes(now - run.found) : "";
    chip.hidden = run === null;
  }
}

/** @param {Event} event */
function onClick(event) {
  const button = /** @type {Element} */ (event.target).closest("[data-timer-press]");
  if (!(button instanceof HTMLElement)) return;
  const press = button.dataset.timerPress;
  if (press === "start" && !run) keep({ found: Date.now(), doses: [] });
  if (press === "dose" && run) keep({ ...run, doses: [...run.doses, Date.now()] });
  if (press !== "end") return;
  const sure = button.dataset.sure ?? ""; // a second press: a stray one must not lose the times
  if (button.textContent === sure) {
    button.textContent = button.dataset.words ?? "";
    keep(null);
  } else {
    button.dataset.words = button.textContent ?? "";
    button.textContent = sure;
  }
}

export function start() {
  run = load();
  document.addEventListener("click", onClick);
  window.addEventListener("storage", (event) => { if (event.key === KEY) { run = load(); draw(); } });
  setInterval(() => { if (run) draw(); }, 500);
  draw();
}
