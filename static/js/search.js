/**
 * Narrows the list while one types, on the page alone: input[data-search] over [data-roster-row] with data-code and
 * data-initials. A whole code and Enter choose that one row; any other Enter goes to the first row left; with no row left
 * the form asks the server (GET ?q=), which also knows who is not on this morning's list.
 * [data-roster-group] without a row left is hidden; [data-search-empty] is shown when nothing is left.
 */
import { fill } from "./page.js";

/** @param {string} text @returns {string} capitals without marks, dots and spaces: "v.đ.s" is VDS */
export function fold(text) {
  return text
    .normalize("NFD")
    .replace(/[đĐ]/g, "d")
    .replace(/[^a-zA-Z0-9]/g, "")
    .toUpperCase();
}

/** @typedef {{code: string, initials: string}} Row */

/** @param {string} query @param {Row} row @returns {boolean} */
export function matches(query, row) {
  const wanted = fold(query);
  return !wanted || fold(row.code).includes(wanted) || fold(row.initials).startsWith(wanted);
}

/**
 * @template {Row} T
 * @param {string} query
 * @param {T[]} rows
 * @returns {T | null} the one row whose whole code was typed
 */
export function exactly(query, rows) {
  const wanted = fold(query);
  const found = rows.filter((row) => wanted && fold(row.code) === wanted);
  return found.length === 1 ? found[0] : null;
}

/** @returns {(Row & {element: HTMLElement})[]} */
function listed() {
  const elements = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-roster-row]"));
  return [...elements].map((element) => ({
    element,
    code: element.dataset.code ?? "",
    initials: element.dataset.initials ?? "",
  }));
}

/** @param {HTMLElement} row */
function line(row) {
  return row.closest("li") ?? row;
}

/** @param {HTMLInputElement} field */
function narrow(field) {
  let left = 0;
  const rows = listed();
  for (const row of rows) {
    const shown = matches(field.value, row);
    line(row.element).hidden = !shown;
    if (shown) left += 1;
  }
  for (const group of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-roster-group]"))) {
    group.hidden = field.value !== "" && !group.querySelector("li:not([hidden]) [data-roster-row]");
  }
  const empty = /** @type {HTMLElement | null} */ (document.querySelector("[data-search-empty]"));
  if (empty) empty.hidden = left > 0 || !rows.length;
  const count = /** @type {HTMLElement | null} */ (document.querySelector("[data-search-count]"));
  if (count) count.textContent = field.value ? fill(count.dataset.found ?? "", { count: left }) : "";
}

/** @param {SubmitEvent} event */
function onSubmit(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const field = /** @type {HTMLInputElement | null} */ (form.querySelector("input[data-search]"));
  if (!field) return;
  const left = listed().filter((row) => matches(field.value, row));
  if (!left.length && field.value) return;
  event.preventDefault();
  const exact = exactly(field.value, left);
  if (exact) exact.element.click();
  else left[0]?.element.focus();
}

export function start() {
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field instanceof HTMLInputElement && field.matches("[data-search]")) narrow(field);
  });
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("htmx:afterSettle", () => {
    const field = /** @type {HTMLInputElement | null} */ (document.querySelector("input[data-search]"));
    if (field?.value) narrow(field);
  });
}
