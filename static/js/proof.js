/* Meets the challenge of a form: ALTCHA, second protocol, PBKDF2. The browser derives keys in threads of its own, so that
   the page stays free without a worker; one that cannot leaves the words of the page, which say how long to wait. */

const FEW = 100_000;
const place = document.querySelector("[data-proof]");
const field = place.parentElement.querySelector("[name=altcha]");
const { form } = field;
const say = (name) => { place.textContent = place.dataset[name]; };
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const solve = async ({ nonce, salt, cost, keyLength, keyPrefix }) => {
  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  const end = new DataView(password.buffer, password.length - 4);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  for (let counter = 0; counter < FEW; counter += 1) {
    end.setUint32(0, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const derivedKey = hex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
  throw new Error("no number meets it");
};

const work = async () => {
  const brought = JSON.parse(atob(field.value));
  brought.solution ??= await solve(brought.challenge.parameters);
  field.value = btoa(JSON.stringify(brought));
  place.parentElement.classList.replace("warn", "good");
  say("done");
};

if (window.crypto?.subtle) {
  const words = place.textContent;
  let state = "working";
  say(state);
  const ready = work().then(() => { state = "done"; }, () => { state = "failed"; place.textContent = words; });
  form.addEventListener("submit", (event) => {
    if (state !== "working") return;
    event.preventDefault();
    event.stopPropagation();
    say("waiting");
    ready.then(() => { if (state === "done") form.requestSubmit(event.submitter); });
  });
}
