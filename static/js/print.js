/** The print button of a sheet; without JavaScript the browser's own menu prints. */
const button = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-print]"));
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
