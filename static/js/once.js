/**
 * A second tap on the same button sends nothing while the first is on its way: for plain forms and for htmx alike.
 * It is a courtesy; the same id sent twice gives the same receipt anyway.
 */

const ON_ITS_WAY_MS = 10000; // a stopped navigation must not leave a dead button

/** @type {WeakMap<Element, number>} */
const sending = new WeakMap();

/** @param {Element} element @param {number} now @returns {boolean} */
export function isSending(element, now) {
  const since = sending.get(element);
  return since !== undefined && now - since < ON_ITS_WAY_MS;
}

/** @param {Element} element @param {number} now */
export function markSending(element, now) {
  sending.set(element, now);
  element.setAttribute("aria-busy", "true");
}

/** @param {Element} element */
export function clearSending(element) {
  sending.delete(element);
  element.removeAttribute("aria-busy");
}

/** @param {Element} form @returns {boolean} htmx sends this form itself */
function sentByHtmx(form) {
  return form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete], [hx-get]");
}

export function start() {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || form.method !== "post") return;
    if (isSending(form, Date.now())) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (!sentByHtmx(form)) {
      // Marked once the other listeners have had their say: one of them may keep the form here.
      setTimeout(() => event.defaultPrevented || markSending(form, Date.now()));
    }
  }, true);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, requestConfig } = /** @type {CustomEvent} */ (event).detail;
    if (requestConfig.verb === "get") return;
    if (isSending(elt, Date.now())) event.preventDefault();
    else markSending(elt, Date.now());
  });
  document.addEventListener("htmx:afterRequest", (event) => clearSending(/** @type {CustomEvent} */ (event).detail.elt));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const busy of document.querySelectorAll("[aria-busy]")) clearSending(busy);
  });
}
