// Passkeys: on submit, asks the browser for a passkey and puts its answer into the form.
//   <form method="post" data-passkey="create|get" data-options="JSON">
//     <input type="hidden" name="credential"> <input type="hidden" name="prf">
//     <p data-passkey-failed hidden>…</p> <button>…</button>
// In a browser without passkeys the form stays hidden: an app code works, too.
const NO_PRF = new Uint8Array();

const toBytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const toText = (buffer) => {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const withBytes = (credentials) => (credentials ?? []).map((each) => ({ ...each, id: toBytes(each.id) }));

const prfOf = ({ eval: all, evalByCredential: some }) => {
  if (all) return { eval: { first: toBytes(all.first) } };
  const each = Object.entries(some ?? {}).map(([id, { first }]) => [id, { first: toBytes(first) }]);
  return each.length ? { evalByCredential: Object.fromEntries(each) } : undefined;
};

const optionsOf = (form) => {
  const options = JSON.parse(form.dataset.options);
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  if (options.excludeCredentials) options.excludeCredentials = withBytes(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = withBytes(options.allowCredentials);
  const prf = prfOf(options.extensions?.prf ?? {});
  options.extensions = prf ? { prf } : {};
  return options;
};

// Not toJSON(): its result would contain the PRF output a second time.
const jsonOf = ({ id, rawId, type, response }) => {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((name) => response[name]).map((name) => [name, toText(response[name])]);
  const transports = response.getTransports?.();
  return JSON.stringify({
    id, rawId: toText(rawId), type, clientExtensionResults: {},
    response: { ...Object.fromEntries(given), ...(transports ? { transports } : {}) },
  });
};

const ask = async (form) => {
  const publicKey = optionsOf(form);
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
  const prf = credential.getClientExtensionResults().prf?.results?.first ?? NO_PRF;
  form.elements.credential.value = jsonOf(credential);
  form.elements.prf.value = toText(prf);
};

// The first submit asks for the passkey; the second one, with the answer, goes to the server.
const onSubmit = async (event) => {
  const form = event.target;
  if (form.elements.credential.value) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // not submitted yet: the button must stay usable
  const failed = form.querySelector("[data-passkey-failed]");
  failed?.toggleAttribute("hidden", true);
  try {
    await ask(form);
    form.requestSubmit();
  } catch { // refused, cancelled or too late: the browser does not say which
    failed?.toggleAttribute("hidden", false);
  }
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.toggleAttribute("hidden", !window.PublicKeyCredential);
  form.addEventListener("submit", onSubmit, { capture: true });
}
