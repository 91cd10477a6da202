// Enhancements of the desk: shortcuts, no double submission, live times, a warning before the lock.
// Every page works without them. The server locks by its own clock; this script only warns in time.
const SENT_AGAIN_MS = 10_000, WARN_MS = 60_000, TICK_MS = 30_000, NEAR_MS = 48 * 3600_000;
const d = document, root = d.documentElement;
const one = (selector, within = d) => within.querySelector(selector);
const all = (selector, within = d) => [...within.querySelectorAll(selector)];
const isSeen = (element) => element.checkVisibility();

// --- keys ---------------------------------------------------------------------------------------
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

const search = () => {
  for (const field of all("[data-search]")) {
    if (!isSeen(field)) field.closest("[data-fold]")?.setAttribute("open", "");
    if (isSeen(field)) return field.focus();
  }
};

const walk = (event) => {
  const list = event.target.closest("[data-list]"), step = STEPS[event.key];
  if (!list || !step) return;
  const rows = all("tbody tr, :scope > li", list).filter((row) => isSeen(row) && one("a, button", row));
  const now = rows.indexOf(event.target.closest("tbody tr, li"));
  const next = Math.min(Math.max(now + step, 0), rows.length - 1);
  if (!rows.length) return;
  event.preventDefault();
  one("a, button", rows[next]).focus();
};

const save = (form) => form.requestSubmit(one("button:not([type=button])", form));

addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.isComposing) return;
  if (key === "Escape") return close(target);
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form?.method === "post") {
    event.preventDefault();
    return save(target.form);
  }
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPING)) return;
  const keysPage = d.body.dataset.keys;
  if (keysPage !== undefined && key === "/") {
    event.preventDefault();
    search();
  } else if (keysPage && key === "?") location.assign(keysPage);
  else walk(event);
});

// --- menus: close like menus, open without any script -------------------------------------------
const close = (target) => {
  const fold = target.closest("[data-fold][open]");
  if (!fold) return;
  fold.open = false;
  one("summary", fold).focus();
};
addEventListener("click", ({ target }) => {
  for (const fold of all("[data-fold][open]")) if (!fold.contains(target)) fold.open = false;
});

// --- a form is sent once ------------------------------------------------------------------------
const sent = new WeakSet();
const busy = (form, is) => {
  is ? sent.add(form) : sent.delete(form);
  for (const button of all("button:not([type=button])", form)) button.toggleAttribute("aria-busy", is);
};
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (sent.has(form)) return event.preventDefault();
  busy(form, true);
  setTimeout(busy, SENT_AGAIN_MS, form, false);
});
addEventListener("pageshow", ({ persisted }) => persisted && all("form").forEach((form) => busy(form, false)));

// --- times --------------------------------------------------------------------------------------
const words = new Intl.RelativeTimeFormat(root.lang || "en", { numberingSystem: "latn" });
const UNITS = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]];

const refresh = () => {
  for (const time of all("time[data-when]")) {
    const distance = new Date(time.dateTime) - Date.now(), far = Math.abs(distance);
    const [unit, size] = UNITS.find(([, each]) => far >= each) ?? UNITS[2];
    const count = Math.max(1, Math.round(far / size)) * Math.sign(distance);
    time.firstElementChild.textContent = far < NEAR_MS ? words.format(count, unit) : time.title;
  }
};
setInterval(refresh, TICK_MS);

// --- the lock -----------------------------------------------------------------------------------
const LOCKED = "locked", OUT = "out", ANY = "any", UNSENT = "unsent", ANSWERED_MS = 200;
const LEFT = "X-Left"; // request header: the server then only keeps the form as a draft
if (d.body.dataset.left) new BroadcastChannel("desk").postMessage(d.body.dataset.left); // LOCKED or OUT
const idle = one("[data-idle]");
if (idle) {
  const soon = one("[data-soon]", idle), locked = one("[data-locked]", idle), page = one("[data-page]");
  const over = one("[data-over]", idle), stay = one("[data-stay]", idle), limit = idle.dataset.idle * 1000;
  const end = Date.now() + idle.dataset.ends * 1000;
  const tabs = new BroadcastChannel("desk");
  let seen = Date.now(), changed = null, isLeft = false, isUnsent = false, isGoing = false;

  const contact = (at) => {
    seen = at;
    soon.hidden = locked.hidden = true;
    page.hidden = false;
  };
  const leave = () => {
    if (!isLeft) location.replace(idle.dataset.lock); // a second call would restart a slow load
    isLeft = true;
  };
  const lock = () => {
    page.hidden = true;
    if (!changed) return leave();
    locked.hidden = false;
    one("[data-keep-now]", idle).focus();
  };
  const leaveOut = () => {
    page.hidden = soon.hidden = locked.hidden = true;
    if (!changed) return leave();
    over.hidden = false; // signed out: no user for whom the server could seal the text
    for (const each of all("[data-signed-in]")) each.hidden = true;
    changed = null;
  };
  const look = () => {
    if (!over.hidden) return;
    if (Date.now() >= end) return leaveOut();
    const left = seen + limit - Date.now();
    if (left > 0) soon.hidden = left > WARN_MS;
    else if (locked.hidden) {
      soon.hidden = true;
      lock();
    }
  };
  addEventListener("input", ({ target }) => (changed = target.form?.closest("[data-keep]") ?? changed));
  one("[data-keep-now]", idle).onclick = () => {
    isGoing = true;
    changed.submit();
  };

  // Unsent text is kept before its page is left; if it cannot be kept, the browser asks the user.
  const keep = async (way) => {
    const body = new FormData(changed);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name); // drafts hold no files
    return fetch(changed.getAttribute("action") ?? "", { method: "POST", headers: { [LEFT]: way }, body }).catch(() => null);
  };
  addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]"), { altKey, ctrlKey, metaKey, shiftKey, button } = event;
    const isElsewhere = altKey || ctrlKey || metaKey || shiftKey || button || link?.matches("[target], [download]");
    if (!changed || !link || isElsewhere || event.defaultPrevented) return;
    if (link.href.split("#")[0] === location.href.split("#")[0] && link.hash) return;
    if (changed.contains(link) || idle.contains(link)) return (isGoing = true); // these links say what happens to the text
    event.preventDefault();
    isGoing = (await keep("link"))?.status === 204;
    location.assign(link);
  });
  one(".top__lock")?.addEventListener("submit", async (event) => {
    if (!changed) return;
    event.preventDefault();
    isGoing = Boolean(await keep("lock")); // without an answer the browser asks
    event.target.submit();
  });
  addEventListener("submit", ({ target }) => target === changed && (isGoing = true));
  addEventListener("beforeunload", (event) => changed && !isGoing && event.preventDefault());
  stay?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(stay.action, { method: "POST", body: new FormData(stay) }).catch(() => null);
    if (answer?.status !== 204) return leave();
    contact(Date.now());
    tabs.postMessage(seen);
  });
  const hear = {
    [LOCKED]: lock,
    [OUT]: leaveOut,
    [ANY]: () => changed && tabs.postMessage(UNSENT),
    [UNSENT]: () => (isUnsent = true),
  };
  // A covered page stays covered: another person may be using the other window.
  tabs.onmessage = ({ data }) => (hear[data] ?? (() => page.hidden || contact(Math.max(seen, data))))();
  addEventListener("submit", (event) => {
    const form = event.target, { ask } = form.dataset;
    if (!ask) return;
    event.preventDefault();
    isUnsent = Boolean(changed);
    tabs.postMessage(ANY);
    setTimeout(() => {
      isGoing = !isUnsent || confirm(ask);
      if (isGoing) form.submit();
    }, ANSWERED_MS);
  }, true);
  tabs.postMessage(seen);
  setInterval(look, 1000);
  addEventListener("visibilitychange", look);
  addEventListener("pageshow", () => (isLeft = isGoing = false));
}

// --- paper --------------------------------------------------------------------------------------
for (const button of all("[data-print]")) {
  button.hidden = false;
  button.onclick = () => print();
}
