/* One key an act, for whoever decides all day. `aria-keyshortcuts` is the only declaration: a button or a link that has it
   is pressed by that key, a box is ticked, a field is entered. Never while one types, never with Ctrl, Alt or Meta; what
   is not seen does not answer; all of it is turned off by a box of the dialog, for this browser. */

const NAMES = { Plus: "+", Minus: "-" };
const OFF = "keys-off";
const store = (() => { try { return localStorage; } catch { return undefined; } })();
const isOff = () => store?.getItem(OFF) === "1";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const keyOf = (element) => {
  const name = element.getAttribute("aria-keyshortcuts");
  return NAMES[name] ?? name.toUpperCase();
};
const isTyping = (element) => Boolean(element?.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])"));
const isSeen = (element) => element.checkVisibility ? element.checkVisibility() : element.getClientRects().length > 0;
// The digits of a French keyboard are typed with Shift: where they are is what counts, not what they write.
const pressed = ({ code, key }) => /^(Digit|Numpad)\d$/.test(code) ? code.at(-1) : key;

const answer = (element) => {
  if (isTyping(element)) { element.focus(); element.select?.(); } else element.click();
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing || event.defaultPrevented || isOff()) return;
  if (isTyping(event.target)) return;
  const key = pressed(event).toUpperCase();
  // A button or a link that has the focus keeps what Enter means for it.
  if (key === "ENTER" && event.target.closest("a, button, summary")) return;
  const place = document.querySelector("dialog[open]") ?? document;
  const found = all("[aria-keyshortcuts]", place).find((one) => keyOf(one) === key && isSeen(one));
  if (!found) return;
  event.preventDefault();
  answer(found);
});

/* Escape leaves a field for the keys again, and closes what a key opened. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  const opened = event.target.closest("details[open][data-key-opened]");
  if (opened) { opened.open = false; opened.querySelector("summary").focus(); }
  else if (isTyping(event.target)) event.target.blur();
});

/* The dialog lists what the page answers to, so that it is never out of date. */
const dialog = document.getElementById("touches");
const opener = document.querySelector("[data-keys-open]");
if (dialog && opener) {
  const list = dialog.querySelector("dl"), box = dialog.querySelector("input");
  const show = () => {
    box.checked = !isOff();
    document.documentElement.toggleAttribute("data-keys-off", isOff());
  };
  const words = (element) => {
    const copy = (element.labels?.[0] ?? element).cloneNode(true);
    all("kbd", copy).forEach((kbd) => kbd.remove());
    return element.dataset.keyName ?? element.getAttribute("aria-label") ?? copy.textContent.trim();
  };
  opener.hidden = false;
  opener.addEventListener("click", () => {
    const known = new Set();
    list.replaceChildren(...all("[aria-keyshortcuts]").filter((one) => !known.has(keyOf(one)) && known.add(keyOf(one))).flatMap((one) => {
      const term = document.createElement("dt"), said = document.createElement("dd"), kbd = document.createElement("kbd");
      kbd.textContent = keyOf(one);
      term.append(kbd);
      said.textContent = words(one);
      return [term, said];
    }));
    dialog.showModal();
  });
  box.addEventListener("change", () => { store?.setItem(OFF, box.checked ? "0" : "1"); show(); });
  show();
}
