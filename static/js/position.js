/**
 * Where the device says it is, filled into a form that carries [data-position]. Nobody waits for it and nobody needs
 * it: without an answer within five seconds, or without leave to ask, both fields stay empty and the form is as good.
 */

const WAIT_MS = 5000;
const DIGITS = 5; // about a metre; a device knows no better

/**
 * A coordinate as the form takes it.
 * @param {number} degrees
 * @returns {string} empty for what is no number
 */
export function written(degrees) {
  return Number.isFinite(degrees) ? degrees.toFixed(DIGITS) : "";
}

/** Asks once, when the form is shown. */
export function start() {
  const place = document.querySelector("[data-position]");
  if (!place || !("geolocation" in navigator)) return;
  const [latitude, longitude] = ["latitude", "longitude"].map(
    (name) => /** @type {HTMLInputElement | null} */ (place.querySelector(`[name="${name}"]`)),
  );
  if (!latitude || !longitude) return;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      latitude.value = written(coords.latitude);
      longitude.value = written(coords.longitude);
      const said = /** @type {HTMLElement | null} */ (document.querySelector("[data-position-said]"));
      if (said) said.hidden = false;
    },
    () => {},
    { timeout: WAIT_MS, maximumAge: 60_000, enableHighAccuracy: true },
  );
}
