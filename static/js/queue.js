/* The queue: what is ticked stays so from one idea to the next, in this tab, and the line that is read is in sight. */

const boxes = [...document.querySelectorAll(".waiting input")];
const form = document.getElementById("plusieurs");
const store = (() => { try { return sessionStorage; } catch { return undefined; } })();
const KEY = "queue-ticked";
const kept = new Set(JSON.parse(store?.getItem(KEY) ?? "[]"));
const keep = () => store?.setItem(KEY, JSON.stringify(boxes.filter((box) => box.checked).map((box) => box.value)));
const show = () => {
  keep();
  document.dispatchEvent(new Event("turned")); // the script of the keys counts them
};
// What the server sends back ticked is fresher than what was kept.
if (!boxes.some((box) => box.checked)) for (const box of boxes) box.checked = kept.has(box.value);
for (const box of boxes) box.addEventListener("change", keep);
form?.addEventListener("submit", () => store?.removeItem(KEY));
const every = document.querySelector("[data-tick-all]");
if (every) every.hidden = false;
every?.addEventListener("click", () => {
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
  show();
});
show();
document.querySelector(".waiting [aria-current]")?.scrollIntoView({ block: "nearest" });

/* Whoever stays a moment on an idea is reading it: the others are told, as by the button, which is then of no use. */
const claim = document.querySelector("form[data-claim]");
if (claim) {
  claim.hidden = true;
  setTimeout(() => fetch(claim.action, { method: "POST", body: new FormData(claim), redirect: "manual" }).catch(() => {}), 1500);
}
