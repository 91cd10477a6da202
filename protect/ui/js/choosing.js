// A long list of checkboxes (ui.forms.LongCheckboxList): adds a search field, and keeps ticked boxes
// on top. Without this script the list scrolls. Tab reaches one box, arrow keys the others.
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const begin = (list) => {
  const rows = [...list.querySelectorAll("label")].map((label) => {
    return { label, box: label.querySelector("input"), words: plain(label.textContent) };
  });
  const find = document.createElement("input");
  Object.assign(find, { type: "search", autocomplete: "off", placeholder: list.dataset.choose });
  find.setAttribute("aria-label", list.dataset.choose);
  find.setAttribute("aria-controls", list.id);
  list.before(find);

  const seen = () => [...list.children].filter((label) => !label.hidden).map((label) => label.control);
  const stop = (box) => {
    for (const row of rows) row.box.tabIndex = row.box === box ? 0 : -1;
  };
  const show = () => {
    const asked = plain(find.value.trim());
    const chosen = rows.filter(({ box }) => box.checked), others = rows.filter(({ box }) => !box.checked);
    for (const { label } of chosen) label.hidden = false;
    for (const { label, words } of others) label.hidden = !words.includes(asked);
    list.append(...[...chosen, ...others].map(({ label }) => label));
    list.scrollTop = 0;
    stop(seen().find((box) => !box.checked && asked) ?? seen()[0]);
  };
  const go = (box) => {
    if (!box) return;
    stop(box);
    box.focus();
  };

  find.addEventListener("input", show);
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // Enter would submit the form
    if (event.key === "ArrowDown" || event.key === "Enter") go(seen().find((box) => box.tabIndex === 0));
    if (event.key === "ArrowDown") event.preventDefault();
  });
  list.addEventListener("keydown", (event) => {
    const step = STEPS[event.key], boxes = seen(), at = boxes.indexOf(event.target);
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go(at + step < 0 ? find : boxes[at + step]);
  });
  list.addEventListener("change", ({ target }) => stop(target));
  list.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !list.contains(relatedTarget)) show(); // only when the focus leaves the list
  });
  show();
};

for (const list of document.querySelectorAll("[data-choose]")) begin(list);
