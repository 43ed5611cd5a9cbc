/**
 * The confirm step states a fact, so it takes one deliberate act.
 *
 * form[data-confirm-form] holds [data-confirm-button]. For 700 ms after the form arrives (data-opened-at is set then) no
 * click, key or submit passes. Enter confirms as a key press of its own: not a repeat of a held key, not within 250 ms of
 * another key (a slow scanner), not while another control has the focus.
 */
import { confirmForm, isLocked, takesText } from "./page.js";

export const SETTLE_MS = 700;
export const APART_MS = 250;

/**
 * @param {{openedAt: number, now: number, repeat?: boolean, sinceOtherKey?: number}} moment all in ms
 * @returns {boolean} the act may pass
 */
export function mayConfirm({ openedAt, now, repeat = false, sinceOtherKey = Infinity }) {
  return !repeat && now - openedAt >= SETTLE_MS && sinceOtherKey >= APART_MS;
}

/** Marks confirm steps that have just arrived. */
export function stamp() {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-confirm-form]"))) {
    if (form.dataset.openedAt) continue;
    form.dataset.openedAt = String(Date.now());
    const button = form.querySelector("[data-confirm-button]");
    button?.setAttribute("data-settling", "");
    setTimeout(() => button?.removeAttribute("data-settling"), SETTLE_MS);
  }
}

/** @param {HTMLFormElement} form @returns {number} when it arrived; one that was never marked arrives now */
function openedAt(form) {
  if (!form.dataset.openedAt) stamp();
  return Number(form.dataset.openedAt);
}

/** @param {Element} target @param {HTMLFormElement} form @returns {boolean} Enter here means: confirm */
function meansConfirm(target, form) {
  if (form.contains(target)) {
    return !target.matches("textarea, select, summary, a[href], button:not([data-confirm-button]), [contenteditable]");
  }
  return target === document.body || target === document.documentElement || target.matches("[tabindex='-1']");
}

export function start() {
  let otherKeyAt = -Infinity;

  /** @param {Event} event */
  function refuseEarly(event) {
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    if (!form?.matches("[data-confirm-form]")) return;
    if (event.type === "click" && !(/** @type {Element} */ (event.target).closest("[data-confirm-button]"))) return;
    if (mayConfirm({ openedAt: openedAt(form), now: Date.now() })) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key !== "Enter") {
      if (!/^(Shift|Control|Alt|Meta|Escape|Tab)$/.test(event.key)) otherKeyAt = event.timeStamp;
      return;
    }
    const form = confirmForm();
    if (!form || isLocked() || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const target = /** @type {Element} */ (event.target);
    if (event.repeat && (form.contains(target) || !takesText(target))) event.preventDefault();
    if (!meansConfirm(target, form)) return;
    event.preventDefault(); // the browser's own answer to Enter gives way to this one
    const sinceOtherKey = event.timeStamp - otherKeyAt; // the keys' own times: a busy device changes nothing
    if (!mayConfirm({ openedAt: openedAt(form), now: Date.now(), repeat: event.repeat, sinceOtherKey })) return;
    form.requestSubmit(form.querySelector("button[data-confirm-button]"));
  }

  stamp();
  document.addEventListener("htmx:load", stamp);
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-confirm-form]")) form.removeAttribute("data-opened-at");
    stamp();
  });
  document.addEventListener("keydown", onKeyDown);
  document.addEventListener("click", refuseEarly, true);
  document.addEventListener("submit", refuseEarly, true);
}
