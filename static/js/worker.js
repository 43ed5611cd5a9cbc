/**
 * Keeps the overdose card for when no server answers: its page, the page that says so, and their files. Nothing else of
 * the product is ever put into the browser's storage. The server writes KEPT above this text (facilities/worker.py):
 * {version, card, offline, assets}. Another version is another cache; the old one goes once the new one is whole.
 */
/* global KEPT */
const PREFIX = "tram-card-";
const CACHE = PREFIX + KEPT.version;
const PAGES = [KEPT.card, KEPT.offline];
const GATEWAY = [502, 503, 504]; // somebody before the server answers in its place
const CARD_WAITS_MS = 3000;

/** Fetch both pages anew; one that is not answered (signed out, no network) stays as it was kept. */
async function keepPages() {
  const cache = await caches.open(CACHE);
  for (const page of PAGES) {
    try {
      const answer = await fetch(page, { credentials: "same-origin", cache: "no-store", redirect: "manual" });
      if (answer.ok && answer.type === "basic") await cache.put(page, answer);
    } catch {
      // no network: what is kept stays
    }
  }
}

/** @param {string} page @returns {Promise<Response | undefined>} */
async function kept(page) {
  return (await (await caches.open(CACHE)).match(page)) ?? caches.match(page);
}

/** @returns {Promise<never>} */
function late() {
  return new Promise((_, refuse) => setTimeout(() => refuse(new Error("late")), CARD_WAITS_MS));
}

/** @param {Request} request @param {string} path @returns {Promise<Response>} */
async function open(request, path) {
  const instead = path === KEPT.card ? KEPT.card : KEPT.offline;
  try {
    const asked = fetch(request);
    const answer = await (path === KEPT.card && (await kept(path)) ? Promise.race([asked, late()]) : asked);
    return GATEWAY.includes(answer.status) ? ((await kept(instead)) ?? answer) : answer;
  } catch {
    return (await kept(instead)) ?? Response.error();
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(KEPT.assets)).then(keepPages).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    if (await cache.match(KEPT.card) && await cache.match(KEPT.offline)) {
      const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
      await Promise.all(old.map((name) => caches.delete(name)));
    }
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keepPages().then(() => event.source?.postMessage("kept")));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(open(request, url.pathname));
  } else if (KEPT.assets.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(async () => (await kept(url.pathname)) ?? Response.error()));
  }
});
