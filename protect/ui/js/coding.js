// Coding an answer by keyboard: each box of needs and of groups has a key, Enter saves and leads to
// the next answer. Without this script the boxes and the button do the same.
const KEYS = { needs: "123456789", groups: "asdfghjkl" };
const form = document.querySelector("form[data-coding]");
const boxes = new Map();

for (const [name, keys] of Object.entries(KEYS)) {
  [...form.querySelectorAll(`input[name="${name}"]`)].forEach((box, at) => {
    if (!keys[at]) return;
    const hint = document.createElement("kbd");
    hint.textContent = keys[at].toUpperCase();
    box.closest("label").append(" ", hint);
    box.setAttribute("aria-keyshortcuts", keys[at]);
    boxes.set(keys[at], box);
  });
}

const isTyping = (target) => target.matches("textarea, select, input:not([type=checkbox], [type=hidden])");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  const box = boxes.get(event.key.toLowerCase());
  if (!box) return;
  event.preventDefault();
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
});
