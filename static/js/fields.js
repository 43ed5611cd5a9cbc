/**
 * What a browser refuses by itself (a field left empty, letters in a number, half a date) is said in our words, not in the
 * language that the browser happens to have. The words stand in [data-field-words].
 */
import { fill } from "./page.js";

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/**
 * @param {Pick<ValidityState, "valueMissing" | "badInput" | "rangeUnderflow" | "rangeOverflow">} fault
 * @param {string} type of the field, as the browser names it
 * @returns {string} which sentence is true
 */
export function wordsFor(fault, type) {
  if (fault.valueMissing) return /^(select|radio|checkbox)/.test(type) ? "choose" : "missing";
  if (fault.badInput) return /^(date|time|month|week)/.test(type) ? "moment" : "number";
  if (fault.rangeUnderflow) return "least";
  return fault.rangeOverflow ? "most" : "wrong";
}

/** @param {string} limit @returns {string} a day as people write it; anything else as it is */
export function shown(limit) {
  return limit.replace(/^(\d{4})-(\d{2})-(\d{2}).*$/, "$3/$2/$1");
}

export function start() {
  const words = /** @type {HTMLElement | null} */ (document.querySelector("[data-field-words]"))?.dataset;
  if (!words) return;

  /** @type {Set<Field>} */
  const said = new Set();

  /** Each try, and each thing typed, begins anew: what was said before is no fault of its own. */
  function forget() {
    for (const field of said) field.setCustomValidity("");
    said.clear();
  }

  document.addEventListener("invalid", (event) => {
    const field = /** @type {Field} */ (event.target);
    const limits = { min: shown(field.getAttribute("min") ?? ""), max: shown(field.getAttribute("max") ?? "") };
    field.setCustomValidity("");
    if (field.validity.valid) return;
    field.setCustomValidity(fill(words[wordsFor(field.validity, field.type)] ?? "", limits));
    said.add(field);
  }, true);
  for (const name of ["input", "change", "click", "keydown"]) document.addEventListener(name, forget, true);
}
