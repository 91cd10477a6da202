// A form that is sent repeatedly until no work is left: the server handles one batch per request.
//   <form method="post" data-again> <progress> <bdi data-again-said> <button>…</button>
//     <button type="button" data-again-stop hidden>…</button>
// The server answers {done, of, said, is_over}. Without this script its button does one batch.
// data-again="now" starts without a click, to continue work that was started elsewhere.
const json = { Accept: "application/json" };

const show = (form, { done, of, said }) => {
  const bar = form.querySelector("progress");
  if (bar) [bar.max, bar.value] = [of || 1, done];
  const words = form.querySelector("[data-again-said]");
  if (words) words.textContent = said;
};

// Returns null if locked, redirected to a step-up or offline. The reloaded page then says why.
const send = async (form) => {
  const answer = await fetch(form.action, { method: "POST", headers: json, body: new FormData(form) });
  const isOurs = answer.ok && !answer.redirected && answer.headers.get("Content-Type")?.includes("json");
  return isOurs ? answer.json() : null;
};

// An automatic start that fails waits for a click, because a reload would start it again.
const run = async (form, isPressed = true) => {
  const stop = form.querySelector("[data-again-stop]"), go = form.querySelector("button:not([type=button])");
  let isStopped = false;
  stop.onclick = () => (isStopped = true);
  stop.hidden = false;
  go.hidden = true;
  if (isPressed) stop.focus();
  while (!isStopped) {
    const told = await send(form).catch(() => null);
    if (!told && !isPressed) break;
    if (!told || told.is_over) return location.assign(form.action);
    show(form, told);
  }
  stop.hidden = true;
  go.hidden = false;
  if (isPressed || isStopped) go.focus();
};

for (const form of document.querySelectorAll("form[data-again]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form);
  });
  if (form.dataset.again === "now") run(form, false);
}
