// A page that counts or scans outlives a reload without signal: a copy without names, its style and
// its scripts stay on this device, and a worker for this page alone shows it. See docs/adr/0034.
//   <form data-count or data-scan="key" data-keeps="address of the copy" data-worker="…" data-within="…">
// The key is the last one in the address of the page; within: of which pages the worker is asked.
// What is kept ends after its hour (Expires), when all is sent ("sent"), and at sign-out.
const CACHE = "kept", form = document.querySelector("form[data-keeps]");

const forgetOld = async (cache) => {
  for (const request of await cache.keys()) {
    const until = (await cache.match(request))?.headers.get("Expires");
    if (until && Date.parse(until) < Date.now()) await cache.delete(request);
  }
};
const keep = async (cache, key) => {
  const { keeps, worker, within } = form.dataset;
  const copy = await fetch(keeps);
  if (!copy.ok || copy.redirected) return; // locked meanwhile
  const policy = globalThis.trustedTypes?.createPolicy("keeper", { createScriptURL: (url) => url });
  const files = document.querySelectorAll("link[rel=stylesheet], script[src]");
  await cache.addAll([...files].map(({ href, src }) => href || src));
  await cache.put(key, copy);
  await navigator.serviceWorker.register(policy?.createScriptURL(worker) ?? worker, { scope: within });
  await navigator.serviceWorker.ready;
  form.dataset.isKept = "1";
};
const forget = async (cache, key) => {
  await cache.delete(key);
  const others = (await cache.keys()).some(({ url }) => new URL(url).pathname.startsWith("/kept/"));
  if (others) return;
  await caches.delete(CACHE);
  for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
  delete form.dataset.isKept;
};

if (form && globalThis.caches && navigator.serviceWorker) {
  const cache = await caches.open(CACHE), key = `/kept/${form.dataset.count ?? form.dataset.scan}`;
  form.addEventListener("sent", () => forget(cache, key));
  await forgetOld(cache);
  await keep(cache, key).catch(() => {}); // no room, or no signal: the page works as long as it is open
}
