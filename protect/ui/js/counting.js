// The head count of a session, also offline: the phone keeps it until the server has it, a week at
// most, without name or place. The form's nonce makes a count that is sent twice count once.
// data-is-copy: the offline copy of keeping.js. It sends nothing; once online it loads the real page.
const RETRY_MS = 20_000, LONGEST_MS = 15_000, KEPT_MS = 7 * 24 * 3600_000;
const all = (selector, within) => [...within.querySelectorAll(selector)];

const load = (key) => {
  try {
    const kept = JSON.parse(localStorage.getItem(key)) ?? {};
    if (kept.at > Date.now() - KEPT_MS) return kept;
    localStorage.removeItem(key);
    return {};
  } catch {
    return {}; // no storage in this browser: the page works while it is open
  }
};
const store = (key, kept) => {
  try {
    if (kept) localStorage.setItem(key, JSON.stringify(kept));
    else localStorage.removeItem(key);
  } catch {
    // no storage: see load
  }
};

const begin = (form) => {
  const key = `count:${form.dataset.count}`, told = form.querySelector("[data-told]");
  const total = form.querySelector("[data-total]"), { nonce, seen } = form.elements;
  const isCopy = "isCopy" in form.dataset, longest = () => AbortSignal.timeout(LONGEST_MS);
  const numbers = all("input[type=number]", form), cells = numbers.filter(({ name }) => name.startsWith("n_"));
  let isWaiting = false, isSending = false;

  const say = (what) => {
    told.textContent = what ? form.dataset[what] : "";
    told.dataset.state = what;
  };
  const add = () => (total.textContent = cells.reduce((sum, each) => sum + (Number(each.value) || 0), 0));
  const keep = () => {
    const typed = Object.fromEntries(numbers.filter(({ value }) => value).map(({ name, value }) => [name, value]));
    store(key, { nonce: nonce.value, seen: seen.value, typed, isWaiting, at: Date.now() });
  };
  const done = () => {
    isWaiting = false;
    store(key, null);
    nonce.value = crypto.randomUUID(); // later changes are a new head count
    say("sent");
    form.dispatchEvent(new Event("sent"));
  };
  const refused = () => {
    isWaiting = false; // a retry would be refused, too; the typed numbers stay visible
    keep();
    say("refused");
  };
  const open = async () => {
    const answer = await fetch(location.href, { signal: longest() }).catch(() => null);
    if (answer?.status === 404) return refused();
    if (!answer || answer.status >= 500) return say("kept");
    location.reload();
  };
  const send = async () => {
    if (!isWaiting || isSending) return;
    isSending = true;
    if (isCopy) return open().finally(() => (isSending = false));
    const sent = nonce.value;
    const body = new FormData(form);
    body.append("by", "script");
    const answer = await fetch(form.action, { method: "POST", body, signal: longest() }).catch(() => null);
    isSending = false;
    if (sent !== nonce.value) return;
    if (answer?.status === 204) return done();
    if (answer?.status === 404) return refused();
    if ([403, 409, 422].includes(answer?.status)) {
      isWaiting = false;
      keep();
      form.submit(); // the server's page shows the errors
    } else say("kept");
  };

  const before = load(key);
  if (before.typed && !form.dataset.isBound) {
    for (const each of numbers) each.value = before.typed[each.name] ?? "";
    nonce.value = before.nonce;
    seen.value = before.seen ?? "";
    isWaiting = before.isWaiting;
    if (isWaiting) say("kept");
  } else if (isCopy) nonce.value = crypto.randomUUID(); // the same copy may be opened twice
  form.addEventListener("input", () => {
    if (isWaiting || ["sent", "refused"].includes(told.dataset.state)) {
      isWaiting = false;
      nonce.value = crypto.randomUUID(); // the sent count may have arrived, so this is a new one
      say("");
    }
    add();
    keep();
  });
  form.querySelector("[data-drops]")?.addEventListener("click", () => store(key, null));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    isWaiting = true;
    keep();
    say("sending");
    send();
  });
  addEventListener("online", send);
  setInterval(send, RETRY_MS);
  add();
  send();
};

for (const form of all("form[data-count]", document)) begin(form);
