/**
 * Shows how long this screen still holds the patient: [data-hold-seconds] with [data-hold-running] and [data-hold-left] inside. When the time is up
 * the confirm stays, because a fact is never refused; [data-hold-ended] says that another screen may open this patient.
 * Seconds, not clock times: the device's clock may be wrong.
 */

/** @param {number} ms left @returns {string} 2:41, never below 0:00 */
export function format(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @type {WeakMap<Element, number>} */
const ends = new WeakMap();

function tick() {
  for (const hold of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-hold-seconds]"))) {
    const end = ends.get(hold) ?? Date.now() + Number(hold.dataset.holdSeconds) * 1000;
    ends.set(hold, end);
    const left = end - Date.now();
    const shown = hold.querySelector("[data-hold-left]");
    if (shown) shown.textContent = format(left);
    const running = /** @type {HTMLElement | null} */ (hold.querySelector("[data-hold-running]"));
    const ended = /** @type {HTMLElement | null} */ (hold.querySelector("[data-hold-ended]"));
    if (running) running.hidden = left <= 0;
    if (ended) ended.hidden = left > 0;
  }
}

export function start() {
  tick();
  setInterval(tick, 1000);
  document.addEventListener("htmx:load", tick);
}
