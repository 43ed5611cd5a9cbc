/**
 * The overdose card on every page: dialog[data-overdose] opens from every [data-overdose-open] (a plain link without this),
 * over the idle lock, too. While it is open no key reaches the page below: Enter confirms no dose, a scan opens nobody.
 * /sw.js keeps the card's page for when no server answers; it is kept anew when what the card says has changed.
 */
import { isLocked } from "./page.js";
import { start as timer } from "./overdose_timer.js";

const KEPT = "tram.overdose.kept";

/** @param {string} digest of what the card says now */
async function keep(digest) {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    if (localStorage.getItem(KEPT) === digest) return;
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data === "kept") localStorage.setItem(KEPT, digest);
    });
    navigator.serviceWorker.startMessages();
    active?.postMessage("keep");
  } catch {
    // no storage in this browser, or no network just now: the card of this page still opens, and the next page tries again
  }
}

export function start() {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog[data-overdose]"));
  timer();
  if (!dialog) return;

  document.addEventListener("click", (event) => {
    const opener = /** @type {Element} */ (event.target).closest("[data-overdose-open]");
    if (!opener || /** @type {MouseEvent} */ (event).ctrlKey || /** @type {MouseEvent} */ (event).metaKey) return;
    event.preventDefault();
    document.querySelector("details[data-menu][open]")?.removeAttribute("open");
    if (!dialog.open) dialog.showModal();
    dialog.scrollTo(0, 0);
  });
  dialog.addEventListener("close", () => {
    if (isLocked()) /** @type {HTMLElement | null} */ (document.querySelector("[data-lock] input.pin"))?.focus();
  });
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  window.addEventListener("keydown", (event) => {
    if (!dialog.open || dialog.contains(/** @type {Node} */ (event.target))) return;
    event.stopPropagation();
    if (event.key === "Enter") event.preventDefault();
  }, true);
  document.addEventListener("tram:scan", (event) => { if (dialog.open) event.preventDefault(); });
  keep(dialog.dataset.digest ?? "");
}
