/**
 * What several behaviours ask of the page: is it locked, is a confirm step open, say one sentence.
 *
 * [data-alert] in base.html is the sentence line; [data-confirm-form] is a confirm step.
 */

const SENTENCE_MS = 8000;
let sentenceTimer = 0;

/** @returns {boolean} the idle lock lies over the page */
export function isLocked() {
  return document.documentElement.classList.contains("locked");
}

/** @returns {HTMLFormElement | null} the open confirm step */
export function confirmForm() {
  return document.querySelector("form[data-confirm-form]");
}

/** @returns {boolean} something is begun here that a scan must not sweep away: a confirm step, or a form marked for it */
export function isBegun() {
  return document.querySelector("form[data-confirm-form], form[data-finish-first]") !== null;
}

/**
 * Shows one sentence on top of the page and lets screen readers say it; it goes after eight seconds.
 * @param {string} key name of the data attribute of [data-alert] that holds the sentence
 * @param {Record<string, string | number>} [values] filled into {name}
 */
export function say(key, values = {}) {
  const line = /** @type {HTMLElement | null} */ (document.querySelector("[data-alert]"));
  if (!line) return;
  line.textContent = fill(line.dataset[key] ?? "", values);
  line.hidden = false;
  clearTimeout(sentenceTimer);
  sentenceTimer = setTimeout(hush, SENTENCE_MS);
}

/** Takes the sentence away. */
export function hush() {
  const line = /** @type {HTMLElement | null} */ (document.querySelector("[data-alert]"));
  if (line) line.hidden = true;
}

/**
 * @param {string} sentence with {name} places
 * @param {Record<string, string | number>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}

/**
 * The token of the present session: another window may have signed in anew since this form was rendered.
 * @param {string} [cookies]
 * @returns {string} empty where there is none
 */
export function csrfToken(cookies = document.cookie) {
  return /(?:^|;\s*)(?:__Host-|__Secure-)?csrftoken=([^;]+)/.exec(cookies)?.[1] ?? "";
}

/** @param {HTMLFormElement} form gets the token of the present session */
export function refreshToken(form) {
  const input = /** @type {HTMLInputElement | null} */ (form.querySelector("input[name=csrfmiddlewaretoken]"));
  const token = csrfToken();
  if (input && token) input.value = token;
}

/** @param {EventTarget | null} target @returns {boolean} keys typed here are text */
export function takesText(target) {
  if (!(target instanceof Element)) return false;
  if (target.matches("input")) return !/^(button|submit|reset|checkbox|radio|image|file|range|color)$/.test(/** @type {HTMLInputElement} */ (target).type);
  return target.matches("textarea, select, [contenteditable]");
}
