// The only worker of this site: without signal it answers for a page that counts or scans, with the
// copy without names that keeping.js has put away. Any other page, and any other request, passes.
const KEY = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, FILES = "/assets/";

const copyOf = async (url) => {
  const found = await caches.match(`/kept/${url.match(KEY)?.at(-1)}`);
  return found && Date.parse(found.headers.get("Expires")) > Date.now() ? found : Response.error();
};

addEventListener("install", (event) => event.waitUntil(skipWaiting()));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => copyOf(request.url)));
  } else if (new URL(request.url).pathname.startsWith(FILES)) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  }
});
