/* Keys of the staff's pages: what carries data-key="C" is pressed by C. Never in a field of text, nor with Ctrl, Alt or Meta.
   The first one in sight answers, so that one key may serve two buttons of which one is shown. Needs nothing else of a page.
   data-rows: rows to tick (X, and the arrows between them); its [data-first] row is ticked first. */

const OFF = "keys-off";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const isText = (one) => one.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=range])") || one.isContentEditable;
// What is folded away may keep its boxes: the browser knows better, where it can be asked.
const isSeen = (one) => one.checkVisibility?.() ?? one.getClientRects().length > 0;
const isOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };

const press = (one) => {
  if (isText(one)) { one.focus(); one.select?.(); return; }
  one.click();
  if (one.localName !== "summary") return;
  const [first] = all("input:not([type=hidden]), textarea, select, a, button", one.parentElement).filter(isSeen);
  if (one.parentElement.open && first) press.focus(first);
};
press.focus = (one) => { one.focus(); if (isText(one)) one.select?.(); };

const boxes = () => all("[data-rows] > li input[type=checkbox]").filter(isSeen);
const here = () => boxes().find((box) => box === document.activeElement || box.closest("li").contains(document.activeElement));
const tick = () => {
  const box = here() ?? document.querySelector("[data-rows] > [data-first] input[type=checkbox]") ?? boxes()[0];
  box?.focus();
  box?.click();
  return Boolean(box);
};
const step = (by) => {
  const list = boxes();
  const at = list.indexOf(here());
  const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
  next?.focus();
  next?.closest("li").scrollIntoView({ block: "nearest" });
  return Boolean(next);
};

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form?.matches("[data-send]")) {
    event.preventDefault();
    target.form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  if (target.type === "range" && key.startsWith("Arrow")) return;
  const opened = key === "Escape" && document.querySelector("details[data-closes][open]");
  if (opened) { opened.open = false; opened.firstElementChild.focus(); }
  if (opened || isText(target)) {
    if (key === "Escape" && !opened) target.blur();
    return;
  }
  if (isOff() || document.querySelector("dialog[open]") || (event.repeat && !key.startsWith("Arrow"))) return;
  const name = key.length === 1 ? key.toUpperCase() : key;
  // On a French keyboard digits take Shift: where the key is counts, unless what it writes is a key of the page.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  // Within what is open, else the first in sight: a closer one has the same key as what opened it.
  const seen = (key) => {
    const found = key ? all(`[data-key="${CSS.escape(key)}"]`).filter(isSeen) : [];
    return found.find((each) => each.closest("details[open] > :not(summary)")) ?? found[0];
  };
  const one = seen(name) ?? seen(digit);
  const known = { X: tick, ArrowDown: () => step(1), ArrowUp: () => step(-1) };
  const did = one ? (press(one), true) : document.querySelector("[data-rows]") && known[name]?.();
  if (did) event.preventDefault();
});

const show = () => { for (const place of all("[data-ticked]")) place.textContent = all("[data-rows] :checked").length; };
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-keys-off]")) try { localStorage.setItem(OFF, target.checked ? "1" : "0"); } catch { /* asked again */ }
  if (target.closest("[data-rows]")) show();
});
const open = () => {
  for (const box of all("[data-keys-off]")) box.checked = isOff();
  show();
};
document.addEventListener("turned", open);
open();
