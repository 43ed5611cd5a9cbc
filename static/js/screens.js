/**
 * Moves the eyes and the focus with the card: a card that arrives ([data-card]) takes the focus (its [data-card-title], or what was
 * answered wrongly; so does a whole page that comes back with an error, which may stand below the screen); when
 * it has gone the next search is ready, empty. The list shows whose card it is. On a phone the list and the card are two screens: body.card-open says which.
 */

/** @type {Element | null} */
let shown = null;

/** @returns {boolean} a phone's keyboard must not jump up by itself */
function hasKeyboard() {
  return matchMedia("(pointer: fine)").matches;
}

function readySearch() {
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector("input[data-search]"));
  if (!field || !hasKeyboard()) return;
  if (field.value) {
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.focus({ preventScroll: true });
}

/**
 * Goes to the first thing that was answered wrongly, in the order of the page.
 * @param {ParentNode} within
 * @returns {boolean} there is one
 */
function goToWrong(within) {
  const said = [.../** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll(".field-error, form .note-stop[role='alert']"))];
  const first = said.find((one) => one.offsetParent !== null && !one.closest("[data-send-failed]"));
  if (!first) return false;
  const wrong = first.closest(".field, .question")?.querySelector("[aria-invalid='true'], input:not([type='hidden']), select, textarea");
  /** @type {HTMLElement | null | undefined} */ (wrong)?.focus({ preventScroll: true });
  first.scrollIntoView({ block: "center" });
  return true;
}

/** Marks the row whose card is open. */
function mark() {
  const open = shown ? location.pathname : "";
  for (const row of document.querySelectorAll("[data-roster-row]")) {
    if (open && open.startsWith(row.getAttribute("href") ?? "-")) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function follow() {
  const card = document.querySelector("[data-card]");
  if (card === shown) {
    mark();
    return;
  }
  const closed = shown !== null && card === null;
  shown = card;
  mark();
  if (document.body.classList.contains("page-board")) document.body.classList.toggle("card-open", card !== null);
  if (card) {
    window.scrollTo(0, 0);
    card.closest(".board-card")?.scrollTo(0, 0);
    const title = /** @type {HTMLElement | null} */ (card.querySelector("[data-card-title]"));
    if (!goToWrong(card)) title?.focus({ preventScroll: true });
  } else if (closed) {
    readySearch();
  }
}

export function start() {
  follow();
  if (!shown) goToWrong(document.querySelector("main") ?? document);
  if (!shown && document.activeElement === document.body && location.hash === "") readySearchOnBoard();
  document.addEventListener("htmx:afterSettle", follow);
  document.addEventListener("htmx:pushedIntoHistory", mark);
}

function readySearchOnBoard() {
  if (document.body.classList.contains("page-board") && hasKeyboard()) {
    /** @type {HTMLElement | null} */ (document.querySelector("input[data-search]"))?.focus({ preventScroll: true });
  }
}
