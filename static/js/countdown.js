/**
 * Minutes left until a time that the server gave: [data-until] (milliseconds of the epoch) inside [data-countdown-now],
 * which carries the server's time of that page and, as data-countdown-words, the words with # for the minutes. Nothing
 * is decided here: after a reload the same time stands, and the device's own clock is never trusted.
 */

/** @param {number} ms left @returns {number} whole minutes, rounded up, never below 0 */
export function minutes(ms) {
  return Math.max(0, Math.ceil(ms / 60000));
}

/** @type {WeakMap<Element, number>} how far the server's clock is ahead of this one */
const ahead = new WeakMap();

function tick() {
  for (const page of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-countdown-now]"))) {
    const offset = ahead.get(page) ?? Number(page.dataset.countdownNow) - Date.now();
    ahead.set(page, offset);
    for (const shown of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-until]"))) {
      const left = minutes(Number(shown.dataset.until) - Date.now() - offset);
      const words = (page.dataset.countdownWords ?? "#").replace("#", String(left));
      if (shown.textContent !== words) shown.textContent = words;
    }
  }
}

export function start() {
  tick();
  setInterval(tick, 5000);
  document.addEventListener("htmx:load", tick);
}
