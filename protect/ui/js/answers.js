// Answers to the questions of a check are saved as they are given. The server refuses an answer that
// has not seen the last one of a colleague. Without this script the button saves them.
const LATER_MS = 5000, LONGEST_MS = 15_000;
const form = document.querySelector("form[data-answers]");
const state = document.querySelector("[data-answers-state]");
let timer = null, isSaving = false, isChanged = false;

const say = (what) => { state.textContent = form.dataset[what]; };

const save = async () => {
  clearTimeout(timer);
  if (isSaving) { isChanged = true; return; }
  isSaving = true;
  isChanged = false;
  say("saving");
  const signal = AbortSignal.timeout(LONGEST_MS), headers = { Accept: "application/json" };
  const answer = await fetch(form.action, { method: "POST", headers, body: new FormData(form), signal }).catch(() => null);
  isSaving = false;
  if (answer?.status === 409) return say("conflict");
  if (answer?.status !== 200) {
    say("failed");
    timer = setTimeout(save, LATER_MS);
    return;
  }
  for (const [topic, version] of Object.entries((await answer.json()).versions)) {
    const field = form.elements[`version-${topic}`];
    if (field) field.value = version;
  }
  if (isChanged) return save();
  say("saved");
};

form.addEventListener("change", save);
form.addEventListener("submit", () => clearTimeout(timer));
