/**
 * The idle lock. After data-idle-seconds (on body) without a touch or key, [data-lock] covers the page, which stays as it was
 * underneath: inert, unseen, not read out. The form asks the PIN and posts it to its action: 204 opens; any other answer may
 * carry {"message": "…"}; a session that has ended keeps the page and offers to sign in beside it. Locking also tells the server ([data-lock-form]), so that a reload does not open what is locked;
 * where the network is away the tab remembers it for itself.
 */
import { csrfToken } from "./page.js";

const KEY = "tram.locked";

/**
 * @param {{last: number, now: number, seconds: number}} moment in ms; seconds 0 means never
 * @returns {boolean} nobody has been here for that long (a device that slept counts as idle)
 */
export function isIdle({ last, now, seconds }) {
  return seconds > 0 && now - last >= seconds * 1000;
}

/** @param {HTMLFormElement} form @returns {Promise<Response>} */
function post(form) {
  const body = new FormData(form);
  if (csrfToken()) body.set("csrfmiddlewaretoken", csrfToken());
  return fetch(form.action, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json" } });
}

export function start() {
  const cover = /** @type {HTMLElement | null} */ (document.querySelector("[data-lock]"));
  const page = /** @type {HTMLElement | null} */ (document.querySelector("[data-page]"));
  if (!cover || !page) {
    sessionStorage.removeItem(KEY);
    return;
  }
  const form = /** @type {HTMLFormElement} */ (cover.querySelector("[data-unlock-form]"));
  const pin = /** @type {HTMLInputElement} */ (form.elements.namedItem("pin"));
  const error = /** @type {HTMLElement} */ (cover.querySelector("[data-unlock-error]"));
  const signIn = /** @type {HTMLElement | null} */ (cover.querySelector("[data-sign-in]"));
  const lockForm = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-lock-form]"));
  const seconds = Number(document.body.dataset.idleSeconds ?? 0);
  let last = Date.now();
  /** @type {HTMLElement | null} */
  let focused = null;

  function lock() {
    if (!cover.hidden) return;
    focused = /** @type {HTMLElement | null} */ (document.activeElement);
    document.querySelector("details[data-menu][open]")?.removeAttribute("open");
    page.inert = true;
    document.documentElement.classList.add("locked");
    cover.hidden = false;
    sessionStorage.setItem(KEY, "yes");
    pin.value = "";
    pin.focus();
    if (lockForm) post(lockForm).catch(() => undefined); // without a network the tab's own mark holds
  }

  function open() {
    cover.hidden = true;
    page.inert = false;
    document.documentElement.classList.remove("locked");
    sessionStorage.removeItem(KEY);
    pin.value = "";
    error.hidden = true;
    if (signIn) signIn.hidden = true;
    last = Date.now();
    focused?.focus({ preventScroll: true });
  }

  /** @param {string} sentence */
  function refuse(sentence) {
    error.textContent = sentence;
    error.hidden = false;
    pin.value = "";
    pin.focus();
  }

  function signedOut() {
    refuse(error.dataset.signedOut ?? "");
    if (signIn) signIn.hidden = false;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await post(form);
      if (answer.status === 204) open();
      else if (answer.type === "opaqueredirect" || answer.status === 401) signedOut();
      else refuse((await answer.json().catch(() => ({}))).message ?? error.dataset.wrong ?? "");
    } catch {
      refuse(error.dataset.unsent ?? "");
    }
  });
  lockForm?.addEventListener("submit", (event) => {
    event.preventDefault();
    lock();
  });
  for (const name of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) {
    window.addEventListener(name, () => { if (cover.hidden) last = Date.now(); }, { capture: true, passive: true });
  }
  document.addEventListener("htmx:responseError", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.xhr.status === 423) lock(); // locked in another window
  });
  document.addEventListener("tram:locked", lock);
  setInterval(() => isIdle({ last, now: Date.now(), seconds }) && lock(), 1000);
  if (sessionStorage.getItem(KEY)) lock();
}
