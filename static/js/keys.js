/**
 * Fast hands: `/` goes to the search ([data-search]), Esc goes back (the link [data-back]), the arrows walk the rows
 * ([data-roster-row] inside [data-roster]); Enter on a row is the row's own. The confirm step's Enter is in confirm.js.
 */
import { isLocked, takesText } from "./page.js";

/**
 * Where an arrow leads in a list of rows.
 * @param {number} index of the row now, -1 for the search above them
 * @param {number} count of rows
 * @param {string} key
 * @returns {number} the row to go to, -1 for the search
 */
export function nextRow(index, count, key) {
  if (key === "ArrowDown") return Math.min(index + 1, count - 1);
  if (key === "ArrowUp") return Math.max(index - 1, -1);
  if (key === "Home") return count ? 0 : -1;
  return count - 1;
}

/** @returns {HTMLElement[]} the rows in sight */
function rows() {
  const all = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-roster] [data-roster-row]"));
  return [...all].filter((row) => row.offsetParent !== null);
}

/** @returns {HTMLInputElement | null} */
function search() {
  return document.querySelector("input[data-search]");
}

/** @param {KeyboardEvent} event */
function walk(event) {
  const field = search();
  const target = /** @type {HTMLElement} */ (event.target);
  const visible = rows();
  const index = visible.indexOf(target);
  const fromSearch = target === field;
  if (index < 0 && !(fromSearch && event.key === "ArrowDown") && target !== document.body) return;
  if (fromSearch && event.key !== "ArrowDown") return;
  const next = nextRow(index, visible.length, event.key);
  event.preventDefault();
  (next < 0 ? field : visible[next])?.focus();
}

/** @param {KeyboardEvent} event */
function goBack(event) {
  const menu = /** @type {HTMLDetailsElement | null} */ (document.querySelector("details[data-menu][open]"));
  if (menu) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
    return;
  }
  const target = /** @type {HTMLInputElement} */ (event.target);
  if (takesText(target)) {
    // The first Esc leaves the field, so that a stray one loses nothing that was typed.
    if (target.matches("[data-search]") && target.value) {
      target.value = "";
      target.dispatchEvent(new Event("input", { bubbles: true }));
      event.preventDefault();
      return;
    }
    target.blur();
    if (!target.matches("[data-search]")) return;
  }
  const back = /** @type {HTMLElement | null} */ (document.querySelector("[data-back]"));
  if (back) {
    event.preventDefault();
    back.click();
  }
}

/** @param {KeyboardEvent} event */
function onKeyDown(event) {
  if (isLocked() || event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const field = search();
  if (event.key === "/" && (!takesText(event.target) || event.target === field)) {
    if (!field || field.offsetParent === null) return;
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "Escape") {
    goBack(event);
  } else if (/^(ArrowDown|ArrowUp|Home|End)$/.test(event.key)) {
    walk(event);
  }
}

export function start() {
  document.addEventListener("keydown", onKeyDown);
  document.addEventListener("click", (event) => {
    const menu = /** @type {HTMLDetailsElement | null} */ (document.querySelector("details[data-menu][open]"));
    if (menu && !menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
}
