/**
 * Typing paper in by keyboard: Enter goes down the column, as on the paper, and never sends the form from a row. A time
 * typed as 0640 is read by the server; nothing here judges.
 */
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-later]"));

/**
 * The control below in the same column, skipping rows that stand already.
 * @param {HTMLElement} control
 * @returns {HTMLElement | null}
 */
function below(control) {
  const cell = /** @type {HTMLTableCellElement | null} */ (control.closest("td"));
  let row = cell?.closest("tr")?.nextElementSibling ?? null;
  while (cell && row instanceof HTMLTableRowElement) {
    const next = row.cells[cell.cellIndex]?.querySelector("input:not([type=hidden]), select");
    if (next instanceof HTMLElement) {
      return next;
    }
    row = row.nextElementSibling;
  }
  return null;
}

form?.addEventListener("keydown", (event) => {
  const control = event.target;
  if (event.key !== "Enter" || !(control instanceof HTMLElement) || !control.closest("tbody")) {
    return;
  }
  if (control.matches("input, select")) {
    event.preventDefault();
    const next = below(control);
    next?.focus();
    if (next instanceof HTMLInputElement) {
      next.select();
    }
  }
});

document.querySelector(".later-wrong")?.scrollIntoView({ block: "center" });
