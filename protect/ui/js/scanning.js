// Codes scanned at check-in, also offline: this device keeps them until the server has them, a week
// at most: codes and nonces, no names. The nonce makes a code that is sent twice count once.
// data-is-copy: the offline copy of keeping.js. It sends nothing; once online it loads the real page.
const RETRY_MS = 15_000, LONGEST_MS = 15_000, AT_ONCE = 200, KEPT_MS = 7 * 24 * 3600_000;

// Returns the text of a refusal, "" for none: rate limits and server errors are simply retried.
const refusal = async (answer, otherwise) => {
  if (!answer || answer.status < 400 || answer.status >= 500 || answer.status === 429) return "";
  const { title } = await answer.json().catch(() => ({}));
  return title ?? otherwise;
};

const begin = (form) => {
  const key = `scan:${form.dataset.scan}`, told = form.querySelector("[data-told]");
  const list = document.querySelector("[data-done]"), field = form.elements.code;
  let isSending = false, isRefused = false, waiting = [];
  try {
    const kept = JSON.parse(localStorage.getItem(key)) ?? [];
    waiting = kept.filter(({ at }) => at > Date.now() - KEPT_MS);
  } catch {
    // no storage here: the page works as long as it is open
  }

  const keep = () => {
    told.textContent = waiting.length ? `${form.dataset.waits} ${waiting.length}` : "";
    try {
      if (waiting.length) localStorage.setItem(key, JSON.stringify(waiting));
      else localStorage.removeItem(key);
    } catch {
      // as above
    }
  };
  const show = (said) => {
    const line = document.createElement("li"), words = document.createElement("p");
    words.className = "timeline__text";
    words.textContent = said;
    line.append(words);
    list.prepend(line);
  };
  const open = async () => {
    const signal = AbortSignal.timeout(LONGEST_MS);
    const answer = await fetch(location.href, { signal }).catch(() => null);
    if (!answer || answer.status >= 500) return;
    location.reload();
  };
  const send = async () => {
    if (!waiting.length || isSending || isRefused) return;
    isSending = true;
    if ("isCopy" in form.dataset) return open().finally(() => (isSending = false));
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("by", "script");
    for (const { nonce, code } of waiting.slice(0, AT_ONCE)) {
      body.append("nonce", nonce);
      body.append("code", code);
    }
    const signal = AbortSignal.timeout(LONGEST_MS);
    const sent = { method: "POST", headers: { Accept: "application/json" }, body, signal };
    const answer = await fetch(form.action, sent).catch(() => null);
    const found = answer?.ok ? await answer.json().catch(() => null) : null;
    const said = await refusal(answer, form.dataset.ended), before = waiting.length;
    isSending = false;
    if (found) {
      const done = new Set(found.done.map(({ nonce }) => nonce));
      waiting = waiting.filter(({ nonce }) => !done.has(nonce));
      for (const { said } of found.done) show(said);
    }
    keep();
    isRefused = said !== "";
    if (isRefused) told.textContent = `${said} ${told.textContent}`; // shown until the next scan
    if (waiting.length < before) send();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation(); // desk.js would block a second submission
    const code = field.value.trim();
    field.value = "";
    field.focus();
    if (!code) return;
    waiting.push({ nonce: crypto.randomUUID(), code, at: Date.now() });
    isRefused = false;
    keep();
    send();
  });
  addEventListener("online", send);
  setInterval(send, RETRY_MS);
  keep();
  send();
};

for (const form of document.querySelectorAll("form[data-scan]")) begin(form);
