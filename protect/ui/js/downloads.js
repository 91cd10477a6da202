// A form with data-download answers with a file. The browser keeps it, and the page says so in
// data-done and stays. Any other answer, such as a form with errors, is shown as without a script.
const nameOf = (answer) => /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];

const keep = (file, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

const say = (form, name) => {
  const done = form.querySelector("[data-done]");
  done.querySelector("[data-name]").textContent = name;
  done.hidden = false;
  done.focus();
};

for (const form of document.querySelectorAll("form[data-download]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const busy = form.querySelector("[data-busy]");
    form.querySelector("[data-done]").hidden = true;
    busy.hidden = false;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
    const name = answer?.ok && nameOf(answer);
    if (!name) return form.submit();
    keep(await answer.blob(), name);
    busy.hidden = true;
    say(form, name);
  });
}
