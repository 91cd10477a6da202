// Shows and hides questions by their conditions while the user answers. The server decides again
// which answers count: without this script every question shows, with its condition in words.
// rules/conditions.py defines the conditions; a test compares it with this script.
const all = (selector, within) => [...within.querySelectorAll(selector)];
const picked = (part) => all("input:checked", part).map((each) => each.value);

const READ = {
  yes_no: (part) => ({ yes: true, no: false })[picked(part)[0]],
  consent: (part) => picked(part).length > 0,
  single: (part) => picked(part)[0],
  multiple: (part) => (picked(part).length ? picked(part) : undefined),
  scale: (part) => picked(part).map(Number)[0],
  rating: (part) => picked(part).map(Number)[0],
  number: (part) => {
    const text = part.querySelector("input").value.trim().replace(/[,\u066b]/, ".")
      .replace(/[\u0660-\u0669]/g, (digit) => digit.charCodeAt(0) - 0x660);
    return text === "" || Number.isNaN(Number(text)) ? undefined : Number(text);
  },
};

const is = (answer, wanted) => (Array.isArray(answer) ? answer.includes(wanted) : answer === wanted);
const amount = (answer) => (Array.isArray(answer) ? answer.length : typeof answer === "number" ? answer : NaN);
const HOLDS = {
  equals: ({ field, value }, given) => is(given[field], value),
  any_of: ({ field, values }, given) => values.some((each) => is(given[field], each)),
  at_least: ({ field, value }, given) => amount(given[field]) >= value,
  and: (inner, given) => inner.every((each) => holds(each, given)),
  or: (inner, given) => inner.some((each) => holds(each, given)),
  not: (inner, given) => !holds(inner, given),
};
const holds = (condition, given) => Object.entries(condition).every(([kind, inner]) => HOLDS[kind](inner, given));

const show = (part, isShown) => {
  part.hidden = !isShown;
  for (const each of all("input, select, textarea", part)) each.disabled = !isShown; // hidden answers are not sent
};

const refresh = (form) => {
  const given = {};
  let closed = null;
  for (const part of all("[data-key]", form)) {
    const { key, type, shownIf } = part.dataset;
    if (closed?.contains(part)) continue;
    const isMet = !shownIf || holds(JSON.parse(shownIf), given);
    const isWrong = part.querySelector(".field--wrong") !== null; // a question with an error is never hidden
    show(part, isMet || isWrong);
    if (part.hidden && type === "section") closed = part;
    if (!part.hidden && READ[type]) given[key] = READ[type](part);
  }
};

for (const form of all("form[data-questionnaire]", document)) {
  for (const each of all("[data-when-said]", form)) each.hidden = true;
  form.addEventListener("input", () => refresh(form));
  addEventListener("pageshow", () => refresh(form));
  refresh(form);
}
