/* A security key: it is asked what the form says, and the form is sent with its answer. */
const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const encode = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const decodeIds = (keys = []) => keys.map((key) => ({ ...key, id: decode(key.id) }));
const ANSWERS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature"];

const ask = async (way, asked) => {
  const publicKey = { ...asked, challenge: decode(asked.challenge) };
  if (way === "create") {
    publicKey.user = { ...asked.user, id: decode(asked.user.id) };
    publicKey.excludeCredentials = decodeIds(asked.excludeCredentials);
  } else publicKey.allowCredentials = decodeIds(asked.allowCredentials);
  const { id, rawId, type, response } = await navigator.credentials[way]({ publicKey });
  const said = ANSWERS.filter((name) => response[name]).map((name) => [name, encode(response[name])]);
  return JSON.stringify({ id, rawId: encode(rawId), type, response: Object.fromEntries(said) });
};

for (const form of window.PublicKeyCredential ? document.querySelectorAll("[data-asked]") : []) {
  const failed = form.querySelector("[data-failed]");
  document.querySelector("[data-without]")?.setAttribute("hidden", "");
  form.hidden = false;
  let isAsked = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (isAsked) return;
    isAsked = failed.hidden = true;
    try {
      form.elements.credential.value = await ask(form.dataset.way, JSON.parse(form.dataset.asked));
      form.submit();
    } catch { isAsked = failed.hidden = false; }
  });
}
