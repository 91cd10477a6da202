// Leaves the site so that the Back button does not return to it. Inline in <head>; for the order of
// the steps see docs/adr/0002-leaving.md. data-to: URL; data-wait: "Loading"; data-left: "{n} more".
(() => {
  const d = document, root = d.documentElement, { to, wait, left } = d.currentScript.dataset;
  let store = {}, presses = 0, last = 0;
  try { store = sessionStorage; } catch {}
  const leave = () => {
    store.x = 1;
    d.title = "\u2060";
    d.querySelectorAll("audio,video").forEach((media) => media.pause());
    root.hidden = !d.body;
    if (d.body) d.body.innerHTML = `<p class=gone role=alert>${wait}`;
    location.replace(to);
  };
  const now = performance, entry = now.getEntriesByType("navigation")[0];
  if ((entry ? entry.type[0] == "b" : now.navigation.type == 2) && store.x) leave();
  else delete store.x;
  onpageshow = (event) => event.persisted && (store.x ? leave() : (root.hidden = false));
  onpagehide = () => (root.hidden = true);
  onclick = (event) => {
    if (!event.target.closest(".exit")) return;
    event.preventDefault();
    leave();
  };
  onkeydown = ({ key, repeat, timeStamp: t }) => {
    if (repeat) return;
    presses = key == "Shift" && (t - last < 5000 ? presses + 1 : 1);
    last = t;
    if (presses > 2) leave();
    else d.querySelector(".status").textContent = presses ? left.replace("{n}", 3 - presses) : "";
  };
})();
