/**
 * Time left until a moment that the server gave: [data-until] (milliseconds of the epoch) inside [data-countdown-now],
 * which carries the server's time of that page and the words: data-countdown-words with # for the minutes and, from an
 * hour on, data-countdown-hours with # for the hours and ## for the minutes. Nothing is decided here: after a reload the
 * same time stands, and the device's own clock is never trusted.
 */

/** @param {number} ms left @returns {number} whole minutes, rounded up, never below 0 */
export function minutes(ms) {
  return Math.max(0, Math.ceil(ms / 60000));
}

/** @param {number} left minutes @param {DOMStringMap} said @returns {string} */
export function inWords(left, said) {
  if (left < 60 || !said.countdownHours) return (said.countdownWords ?? "#").replace("#", String(left));
  const rest = String(left % 60).padStart(2, "0");
  return said.countdownHours.replace("##", rest).replace("#", String(Math.floor(left / 60)));
}

/** @type {WeakMap<Element, number>} how far the server's clock is ahead of this one */
const ahead = new WeakMap();

function tick() {
  for (const page of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-countdown-now]"))) {
    const offset = ahead.get(page) ?? Number(page.dataset.countdownNow) - Date.now();
    ahead.set(page, offset);
    for (const shown of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-until]"))) {
      const left = minutes(Number(shown.dataset.until) - Date.now() - offset);
      const words = inWords(left, page.dataset);
      if (shown.textContent !== words) shown.textContent = words;
    }
  }
}

export function start() {
  tick();
  setInterval(tick, 5000);
  document.addEventListener("htmx:load", tick);
}
