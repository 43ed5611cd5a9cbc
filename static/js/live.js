/**
 * Figures that stay true: the region [data-figures] asks for itself anew every minute (htmx, on the event tram:live), and
 * what somebody is at stays: focus, open details, how far a table was scrolled, and where the page stands. It asks for
 * nothing in a hidden tab, behind the lock, while a form is being filled, or while words are selected; then it asks as
 * soon as that is over. Without this the link [data-live-now] loads the page again.
 */
import { isLocked, takesText } from "./page.js";

const EVERY_MS = 60000;
const LOOK_MS = 5000;
const FOCUSABLE = "a[href], button, summary, input, select, textarea, [tabindex]";

/**
 * @param {{since: number, hidden: boolean, locked: boolean, typing: boolean, selecting: boolean}} moment since: ms since the last answer
 * @returns {boolean} it is time, and nobody is disturbed
 */
export function isTime({ since, hidden, locked, typing, selecting }) {
  return since >= EVERY_MS && !hidden && !locked && !typing && !selecting;
}

/**
 * Each element under a name that the same element has in the next answer, too: its words or id, and the how many-th of them.
 * @param {Element[]} elements @param {(element: Element) => string} nameOf
 * @returns {Map<string, Element>}
 */
export function named(elements, nameOf) {
  const seen = new Map();
  const found = new Map();
  for (const element of elements) {
    const name = element.id || nameOf(element);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    found.set(`${name} ${count}`, element);
  }
  return found;
}

/** @param {Element} region */
const details = (region) => named([...region.querySelectorAll("details")], (one) => `${one.querySelector("summary")?.textContent} ${one.querySelector("caption")?.textContent ?? ""}`);
/** @param {Element} region */
const scrollers = (region) => named([...region.querySelectorAll(".table-scroll")], (one) => one.getAttribute("aria-label") ?? "");
/** @param {Element} region */
const stops = (region) => named([...region.querySelectorAll(FOCUSABLE)], (one) => `${one.tagName} ${one.getAttribute("href") ?? one.getAttribute("name") ?? one.textContent}`);

/**
 * What somebody is at in the region.
 * @param {Element} region
 */
export function remember(region) {
  const active = document.activeElement;
  const focus = active && region.contains(active) ? [...stops(region)].find(([, one]) => one === active)?.[0] : undefined;
  return {
    focus,
    open: new Map([...details(region)].map(([name, one]) => [name, /** @type {HTMLDetailsElement} */ (one).open])),
    scrolled: new Map([...scrollers(region)].map(([name, one]) => [name, [one.scrollLeft, one.scrollTop]])),
    page: [window.scrollX, window.scrollY],
  };
}

/**
 * @param {Element} region the new one
 * @param {ReturnType<typeof remember>} kept
 */
export function restore(region, kept) {
  for (const [name, one] of details(region)) {
    const open = kept.open.get(name);
    if (open !== undefined) /** @type {HTMLDetailsElement} */ (one).open = open;
  }
  for (const [name, one] of scrollers(region)) [one.scrollLeft, one.scrollTop] = kept.scrolled.get(name) ?? [0, 0];
  const stop = kept.focus && stops(region).get(kept.focus);
  if (stop) /** @type {HTMLElement} */ (stop).focus({ preventScroll: true });
  window.scrollTo(kept.page[0], kept.page[1]);
}

export function start() {
  const region = () => document.querySelector("[data-figures]");
  if (!region()) return;
  let last = Date.now();
  /** @type {ReturnType<typeof remember> | null} */
  let kept = null;

  function ask(force = false) {
    const active = document.activeElement;
    const typing = takesText(active) || Boolean(active?.closest("form[data-filter]"));
    const selecting = !(document.getSelection()?.isCollapsed ?? true);
    const since = force ? EVERY_MS : Date.now() - last;
    if (!isTime({ since, hidden: document.hidden, locked: isLocked(), typing: typing && !force, selecting: selecting && !force })) return;
    last = Date.now();
    document.body.dispatchEvent(new CustomEvent("tram:live"));
  }

  setInterval(() => ask(), LOOK_MS);
  document.addEventListener("visibilitychange", () => ask());
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element) || !event.target.closest("[data-live-now]")) return;
    event.preventDefault();
    ask(true);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target } = /** @type {CustomEvent} */ (event).detail;
    kept = target instanceof Element && target.matches("[data-figures]") ? remember(target) : null;
  });
  document.addEventListener("htmx:afterSwap", () => {
    const now = region();
    if (kept && now) restore(now, kept);
    kept = null;
  });
}
