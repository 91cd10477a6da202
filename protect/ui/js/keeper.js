// The only service worker of this site: offline it serves a page that counts or scans from the copy
// without names that keeping.js has stored. All other requests go to the network.
const PAGE = /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(?:count|scan)$/, FILES = "/assets/";

const copyOf = async (key) => {
  const found = await caches.match(`/kept/${key}`);
  return found && Date.parse(found.headers.get("Expires")) > Date.now() ? found : Response.error();
};

addEventListener("install", (event) => event.waitUntil(skipWaiting()));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { pathname } = new URL(request.url), key = pathname.match(PAGE)?.[1];
  if (key && request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => copyOf(key)));
  } else if (pathname.startsWith(FILES)) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  }
});
