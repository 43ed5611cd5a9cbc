/**
 * The blind count: what a scanner reads is one more line of the list that [data-scan-into] names, and how many bottles
 * stand there is said beside it. A bottle scanned twice is said and not written again.
 */

/**
 * The labels that stand in a list, one a line, each with the seal typed behind it.
 * @param {string} text
 * @returns {string[]}
 */
export function labels(text) {
  return text
    .split("\n")
    .map((line) => line.trim().split(/[\s,;]+/)[0])
    .filter(Boolean);
}

export function start() {
  for (const place of document.querySelectorAll("[data-scan-into]")) {
    const count = /** @type {HTMLElement} */ (place);
    const list = /** @type {HTMLTextAreaElement | null} */ (document.getElementById(count.dataset.scanInto ?? ""));
    const told = count.querySelector("[data-counted]");
    const said = count.querySelector("[data-said]");
    if (!list || !told || !said) continue;

    const tell = () => {
      told.textContent = String(new Set(labels(list.value)).size);
    };

    list.addEventListener("input", tell);
    document.addEventListener("tram:scan", (event) => {
      const { digits } = /** @type {CustomEvent<{digits: string}>} */ (event).detail;
      event.preventDefault();
      const known = labels(list.value).includes(digits);
      said.textContent = known ? (count.dataset.already ?? "") : digits;
      if (known) return;
      const text = list.value.trimEnd();
      list.value = text ? `${text}\n${digits}\n` : `${digits}\n`;
      tell();
    });
    tell();
  }
}
