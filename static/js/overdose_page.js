/** The card as a page of its own, with or without a server: its clock, trying again, paper. */
import { start as timer } from "./overdose_timer.js";

timer();
for (const button of document.querySelectorAll("[data-script-only]")) /** @type {HTMLElement} */ (button).hidden = false;
document.querySelector("[data-again]")?.addEventListener("click", () => location.reload());
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
