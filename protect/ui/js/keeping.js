// Lets a page that counts or scans survive an offline reload: a copy without names, its style and
// scripts are stored on this device, and a service worker serves it. See docs/adr/0034.
//   <form data-count or data-scan="key" data-keeps="address of the copy" data-worker="…" data-within="…">
// The key stands before /count or /scan in the page's address; data-within is the worker's scope. The
// copy is deleted after its hour (Expires), when a count is sent (event "sent"; a check-in page goes
// on), and at sign-out. Numbers and codes that older pages stored are deleted here, too.
const CACHE = "kept", KEPT_MS = 7 * 24 * 3600_000, form = document.querySelector("form[data-keeps]");

const forgetNumbers = (oldest) => {
  for (const key of Object.keys(localStorage).filter((each) => /^(?:count|scan):/.test(each))) {
    const kept = JSON.parse(localStorage.getItem(key)), young = [kept].flat().filter(({ at }) => at > oldest);
    if (!young.length) localStorage.removeItem(key);
    else if (Array.isArray(kept)) localStorage.setItem(key, JSON.stringify(young));
  }
};
const forgetOld = async (cache) => {
  for (const request of await cache.keys()) {
    const until = (await cache.match(request))?.headers.get("Expires");
    if (until && Date.parse(until) < Date.now()) await cache.delete(request);
  }
};
const keep = async (cache, key) => {
  const { keeps, worker, within } = form.dataset;
  const copy = await fetch(keeps);
  if (!copy.ok || copy.redirected) return; // the desk was locked meanwhile
  const policy = globalThis.trustedTypes?.createPolicy("keeper", { createScriptURL: (url) => url });
  const files = document.querySelectorAll("link[rel=stylesheet], script[src]");
  await cache.addAll([...files].map(({ href, src }) => href || src));
  const { status, headers } = copy; // a new Response: the fetched one contains its URL, which is secret
  await cache.put(key, new Response(await copy.blob(), { status, headers }));
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

try {
  forgetNumbers(Date.now() - KEPT_MS);
} catch {
  // no storage in this browser, so nothing to delete
}
if (form && globalThis.caches && navigator.serviceWorker) {
  const key = `/kept/${form.dataset.count ?? form.dataset.scan}`, opened = caches.open(CACHE);
  const kept = opened
    .then(async (cache) => {
      await forgetOld(cache);
      await keep(cache, key);
    })
    .catch(() => {}); // no space or offline: the page works while it is open
  // A stored count may be sent while the copy is being made: what is still being kept goes, too.
  form.addEventListener("sent", async () => {
    await kept;
    await forget(await opened, key);
  });
}
