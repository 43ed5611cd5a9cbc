/**
 * When sending fails, nothing that was typed is lost: the form stays with its id, [data-send-failed] in it says so, and its
 * retry button (a plain submit) sends the same form again. Leaving the page asks first. A session that has ended keeps the
 * screen too and offers to sign in beside it. The network line counts what is unsent. A form without [data-send-failed] gets
 * its own above its buttons; one that nobody sees (a scan) has the sentence on top. ahead.js tells of forms that the browser sends.
 */
import { fill, hush, refreshToken, say } from "./page.js";
import { setUnsent } from "./network.js";

const SIGNED_OUT = 401;
const LOCKED = 423;

/** @type {Set<HTMLFormElement>} */
const failed = new Set();

/**
 * @param {number} status of the answer, 0 for none
 * @returns {"unsent" | "signedOut" | "refused"} which sentence is true
 */
export function outcome(status) {
  if (status === SIGNED_OUT) return "signedOut";
  return status >= 400 && status < 500 && status !== LOCKED ? "refused" : "unsent";
}

function count() {
  for (const form of failed) if (!form.isConnected) failed.delete(form);
  setUnsent(failed.size);
}

/** @param {HTMLFormElement} form @returns {HTMLElement | null} where it says that it was not sent; null where nobody would see it */
function panelOf(form) {
  const own = /** @type {HTMLElement | null} */ (form.querySelector("[data-send-failed]"));
  const any = /** @type {HTMLTemplateElement | null} */ (document.querySelector("template[data-send-failed-any]"));
  if (own || !any || form.offsetParent === null) return own;
  const button = form.querySelector(".act-main") ?? [...form.querySelectorAll("button:not([type='button'])")].pop();
  const row = button?.closest(".act-buttons, .form-actions") ?? button;
  if (row) row.before(any.content.cloneNode(true));
  else form.append(any.content.cloneNode(true));
  return form.querySelector("[data-send-failed]");
}

/** @param {HTMLFormElement} form @param {number} status */
function showFailed(form, status) {
  const panel = panelOf(form);
  if (!panel) {
    const unsent = form.id === "scan-form" ? "notOpened" : "noAnswer"; // a scan asks for a card, and states nothing
    say(outcome(status) === "refused" ? "refused" : unsent, { status });
    return;
  }
  const words = /** @type {HTMLElement | null} */ (panel.querySelector("[data-send-failed-words]"));
  if (words) words.textContent = fill(words.dataset[outcome(status)] ?? "", { status });
  const signIn = /** @type {HTMLElement | null} */ (panel.querySelector("[data-sign-in]"));
  if (signIn) signIn.hidden = outcome(status) !== "signedOut";
  panel.hidden = false;
  /** @type {HTMLElement | null} */ (panel.querySelector("[data-retry]"))?.focus();
}

/**
 * The form was not sent.
 * @param {HTMLFormElement} form
 * @param {number} status of the answer, 0 for none
 */
export function keep(form, status) {
  if (form.offsetParent !== null) failed.add(form);
  showFailed(form, status);
  count();
}

/** @param {HTMLFormElement} form goes now: the page may be left */
export function letGo(form) {
  failed.delete(form);
  count();
}

/** @param {Event} event of htmx */
function onFailure(event) {
  const { elt, xhr, requestConfig } = /** @type {CustomEvent} */ (event).detail;
  const form = elt.closest("form");
  if (requestConfig?.verb === "get" && outcome(xhr.status) !== "refused") {
    say(elt.matches("a[href]") ? "notOpened" : "notRenewed"); // nothing was to be sent
    return;
  }
  if (requestConfig?.verb === "get" || !form || elt !== form) {
    say(outcome(xhr.status) === "refused" ? "refused" : "noAnswer", { status: xhr.status });
    return;
  }
  keep(form, xhr.status);
}

/** @param {Event} event of htmx, before it looks at the answer */
function onAnswer(event) {
  const { xhr, requestConfig } = /** @type {CustomEvent} */ (event).detail;
  if (xhr.status !== SIGNED_OUT || requestConfig.verb === "get") return;
  event.preventDefault(); // htmx would follow the redirect and drop what was typed
  onFailure(event);
}

/** @param {Event} event of htmx */
function onDone(event) {
  const { elt, successful, xhr } = /** @type {CustomEvent} */ (event).detail;
  if (!successful && xhr.status !== 409 && xhr.status !== 422) return;
  hush();
  failed.delete(elt);
  const panel = /** @type {HTMLElement | null} */ (elt.querySelector?.("[data-send-failed]"));
  if (panel) panel.hidden = true;
  count();
}

export function start() {
  // Signed in anew in another window: what is sent again carries the token of the present session.
  document.addEventListener("submit", (event) => refreshToken(/** @type {HTMLFormElement} */ (event.target)), true);
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, onFailure);
  document.addEventListener("htmx:beforeOnLoad", onAnswer);
  document.addEventListener("htmx:afterRequest", onDone);
  document.addEventListener("htmx:afterSettle", () => failed.size && count());
  window.addEventListener("beforeunload", (event) => {
    count();
    if (failed.size) event.preventDefault();
  });
}
