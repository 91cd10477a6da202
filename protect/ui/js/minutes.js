// Minutes that two secretaries write at once: a line is saved while it is typed and when it is left,
// and lines of colleagues appear. The server refuses a text that has not seen the last save; then
// both texts stand below each other. Without this script a button saves all lines. `version` is what
// the server knows a saved text by: a number, or a digest.
const TYPING_MS = 1500, LOOK_MS = 5000, LONGEST_MS = 15_000;
const form = document.querySelector("form[data-minutes]");
const headers = { Accept: "application/json" };
const longest = () => AbortSignal.timeout(LONGEST_MS);
const lines = new Map();

const say = (line, what, other = "") => {
  line.state.textContent = form.dataset[what];
  if (what === "saving") return; // a colleague's text stays until this one is saved
  line.other.textContent = other;
  line.other.hidden = !other;
};

const take = (line, { text, version, by }) => {
  if (line.version.value === String(version)) return;
  const isOurs = line.field.value === text;
  if (isOurs || line.field.value === line.saved) {
    line.field.value = text;
    line.saved = text;
    line.version.value = version;
    line.refused = 0;
    say(line, isOurs ? "saved" : "changed");
  } else if (line.refused !== version) {
    line.refused = version;
    say(line, "conflict", `${by}: ${text}`);
  }
};

const save = async (line) => {
  clearTimeout(line.timer);
  const text = line.field.value;
  // After a conflict nothing is saved by itself: the button says that the colleague's text was read.
  if (text === line.saved || line.isSaving || line.refused) return;
  line.isSaving = true;
  say(line, "saving");
  const body = new FormData();
  for (const name of [line.field.name, line.version.name]) body.append(name, document.getElementsByName(name)[0].value);
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  const answer = await fetch(form.action, { method: "POST", headers, body, signal: longest() }).catch(() => null);
  line.isSaving = false;
  if (answer?.status === 413 || answer?.status === 422) return say(line, "tooLong"); // until it is changed
  if (answer?.status !== 200 && answer?.status !== 409) {
    say(line, "failed");
    line.timer = setTimeout(() => save(line), LOOK_MS);
    return;
  }
  const row = (await answer.json()).lines.find(({ id }) => id === line.field.dataset.line);
  if (answer.status === 200) {
    line.saved = text;
    if (row.text !== text) return take(line, row); // a colleague saved right after
    line.version.value = row.version;
    say(line, "saved");
    if (line.field.value !== text) wait(line);
  } else {
    line.refused = row.version;
    say(line, "conflict", `${row.by}: ${row.text}`);
  }
};

const wait = (line) => {
  clearTimeout(line.timer);
  line.timer = setTimeout(() => save(line), TYPING_MS);
};

const look = async () => {
  if (document.hidden) return;
  const answer = await fetch(form.dataset.minutes, { headers, signal: longest() }).catch(() => null);
  if (answer?.status !== 200 || answer.redirected) return;
  for (const row of (await answer.json()).lines) {
    const line = lines.get(row.id);
    if (line && !line.isSaving) take(line, row);
  }
};

for (const field of document.querySelectorAll("textarea[data-line]")) {
  const key = field.dataset.line;
  const line = {
    field,
    saved: field.defaultValue,
    version: document.getElementsByName(`version-${key}`)[0],
    state: document.querySelector(`[data-line-state="${key}"]`),
    other: document.querySelector(`[data-line-other="${key}"]`),
    refused: 0,
  };
  lines.set(key, line);
  field.addEventListener("input", () => wait(line));
  // A press of the button sends all lines, and nothing may move below the finger before that.
  field.addEventListener("blur", ({ relatedTarget }) => relatedTarget?.form === form || save(line));
}
form.addEventListener("submit", () => {
  for (const line of lines.values()) {
    clearTimeout(line.timer);
    if (line.refused) line.version.value = line.refused;
  }
});
setInterval(look, LOOK_MS);
