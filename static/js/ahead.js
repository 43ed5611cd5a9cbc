/**
 * A form that the browser sends by itself takes the page away with it: without a network, or once the session has ended, all
 * that was typed would be gone. So, unless the server has just answered, it is asked first whether it is there and knows who
 * sits here. If not, the form stays as it is and says so (unsent.js). Forms that htmx sends need none of this.
 */
import { clearSending, markSending } from "./once.js";
import { observe } from "./network.js";
import { keep, letGo } from "./unsent.js";

const FRESH_MS = 5000;
const WAIT_MS = 10000;
const SIGNED_OUT = 401;
const LOCKED = 423;

/** @param {number} status of the answer, 0 for none @returns {boolean} the form would be taken */
export function isThere(status) {
  return status > 0 && status < 500 && status !== SIGNED_OUT && status !== LOCKED;
}

/** @returns {Promise<number>} the status of the answer, 0 for none */
async function ask() {
  if (!navigator.onLine) return 0;
  try {
    const headers = { "HX-Request": "true" };
    return (await fetch("/staff/here/", { headers, cache: "no-store", signal: AbortSignal.timeout(WAIT_MS) })).status;
  } catch {
    return 0; // that the fetch fails is the answer
  }
}

/** @param {HTMLFormElement} form @returns {boolean} the browser sends it, to us, by itself */
function takesThePage(form) {
  if (form.method !== "post" || form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) return false;
  return form.id === "scan-form" || form.closest("main") !== null;
}

export function start() {
  if (!document.querySelector("[data-lock]")) return; // nobody is signed in
  let answered = Date.now();
  /** @type {WeakSet<HTMLFormElement>} */
  const clear = new WeakSet();
  /** @type {WeakMap<HTMLFormElement, HTMLElement | null>} */
  const pressed = new WeakMap();

  /** @param {HTMLFormElement} form @param {HTMLElement | null} button */
  async function send(form, button) {
    markSending(form, Date.now());
    const status = await ask();
    clearSending(form);
    observe(status);
    if (status === LOCKED) document.dispatchEvent(new CustomEvent("tram:locked"));
    if (!isThere(status)) {
      keep(form, status);
      return;
    }
    answered = Date.now();
    letGo(form);
    clear.add(form);
    form.requestSubmit(button?.isConnected ? button : null);
  }

  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || !takesThePage(form) || clear.delete(form)) return;
    const again = event.submitter?.matches("[data-retry]");
    if (!again) pressed.set(form, event.submitter);
    if (!again && Date.now() - answered < FRESH_MS) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    send(form, pressed.get(form) ?? null);
  }, true);
}
