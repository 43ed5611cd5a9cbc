/**
 * A folded choice shows what is chosen: [data-said-words] in a details[data-said] takes the words of the option that is tapped.
 */

export function start() {
  document.addEventListener("change", (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const words = input.closest("details[data-said]")?.querySelector("[data-said-words]");
    const label = input.closest("label");
    if (words && label) words.textContent = label.textContent?.trim() ?? "";
  });
}
