/**
 * A scanner is a keyboard that types digits very fast and ends in Enter. Wherever the focus is, such a burst is swallowed:
 * it never confirms, never submits, never fills a field. The digits that reached a field before the burst was recognised
 * are taken out again. Then one `tram:scan` event tells the page ({digits, begun}; preventDefault() to take it over).
 *
 * Otherwise: with a confirm step open, or a form marked data-finish-first, the sentence "finish or leave this patient first"; without one the digits are
 * posted by #scan-form. Pages without that form (sign-in) are left alone.
 */
import { isBegun, isLocked, say } from "./page.js";

export const MAX_GAP_MS = 35;
export const MAX_ENTER_GAP_MS = 150; // some scanners wait before their suffix; no hand types six digits before it
export const MIN_DIGITS = 6;

/**
 * The digit a key stands for, by value or, where a Vietnamese layout or input method mangles it, by the physical key.
 * @param {Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "altKey" | "metaKey" | "shiftKey" | "repeat">} event
 * @returns {string} empty for no digit
 */
export function digitOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return "";
  if (/^[0-9]$/.test(event.key)) return event.key;
  if (event.shiftKey || (event.key.length > 1 && !/^(Dead|Process|Unidentified)$/.test(event.key))) return "";
  return /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1] ?? "";
}

/** Collects keys and tells a scanner's burst from typing. Pure: times are given. */
export class Burst {
  digits = "";
  last = -Infinity;

  /**
   * @param {string} digit
   * @param {number} time ms
   * @returns {boolean} true when this digit may begin a burst
   */
  digit(digit, time) {
    const first = time - this.last > MAX_GAP_MS;
    this.digits = first ? digit : this.digits + digit;
    this.last = time;
    return first;
  }

  /**
   * @param {number} time ms
   * @returns {string} the scanned digits, or nothing when this Enter is a person's
   */
  enter(time) {
    const scanned = this.digits.length >= MIN_DIGITS && time - this.last <= MAX_ENTER_GAP_MS ? this.digits : "";
    this.reset();
    return scanned;
  }

  reset() {
    this.digits = "";
    this.last = -Infinity;
  }
}

/** @typedef {{field: HTMLInputElement, value: string, start: number | null, end: number | null}} Before */

/** @returns {Before | null} the focused field as it is before a burst may write into it */
function remember() {
  const field = /** @type {HTMLInputElement | null} */ (document.activeElement);
  if (!field || !("value" in field)) return null;
  return { field, value: field.value, start: field.selectionStart ?? null, end: field.selectionEnd ?? null };
}

/** @param {Before | null} before */
function restore(before) {
  if (!before?.field.isConnected || before.field.value === before.value) return;
  before.field.value = before.value;
  if (before.start !== null) before.field.setSelectionRange(before.start, before.end);
  before.field.dispatchEvent(new Event("input", { bubbles: true }));
  if (before.field.matches("select")) before.field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {string} digits */
function tell(digits) {
  const begun = isBegun();
  const event = new CustomEvent("tram:scan", { detail: { digits, begun }, bubbles: true, cancelable: true });
  if (!document.dispatchEvent(event) || isLocked()) return;
  if (begun) {
    say("finishFirst");
    return;
  }
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("scan-form"));
  if (!form) return;
  /** @type {HTMLInputElement} */ (form.elements.namedItem("code")).value = digits;
  form.requestSubmit();
}

export function start() {
  if (!document.getElementById("scan-form")) return;
  const burst = new Burst();
  /** @type {Before | null} */
  let before = null;
  let swallowKeyUp = false;

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const digit = digitOf(event);
    if (digit) {
      if (burst.digit(digit, event.timeStamp)) before = remember();
      return;
    }
    if (event.key !== "Enter") {
      if (event.key !== "Shift") burst.reset();
      return;
    }
    const digits = burst.enter(event.timeStamp);
    if (!digits) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    swallowKeyUp = true;
    restore(before);
    const last = before;
    setTimeout(() => restore(last)); // an input method may still write its last sign
    before = null;
    tell(digits);
  }

  /** @param {KeyboardEvent} event */
  function onKeyUp(event) {
    if (event.key !== "Enter" || !swallowKeyUp) return;
    swallowKeyUp = false;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  window.addEventListener("keydown", onKeyDown, true);
  window.addEventListener("keyup", onKeyUp, true);
}
