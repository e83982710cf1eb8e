/* The queue: what is ticked stays so from one idea to the next, in this tab, and the line that is read is in sight. */

const boxes = [...document.querySelectorAll(".waiting input")];
const form = document.getElementById("plusieurs");
const store = (() => { try { return sessionStorage; } catch { return undefined; } })();
const KEY = "queue-ticked";
const count = document.querySelector("[data-ticked]");
const kept = new Set(JSON.parse(store?.getItem(KEY) ?? "[]"));
const show = () => {
  const ticked = boxes.filter((box) => box.checked);
  if (count) count.textContent = ticked.length ? ` (${ticked.length})` : "";
  store?.setItem(KEY, JSON.stringify(ticked.map((box) => box.value)));
};
// What the server sends back ticked is fresher than what was kept.
if (!boxes.some((box) => box.checked)) for (const box of boxes) box.checked = kept.has(box.value);
for (const box of boxes) box.addEventListener("change", show);
form?.addEventListener("submit", () => store?.removeItem(KEY));
document.querySelector("[data-tick-all]")?.addEventListener("click", () => {
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
  show();
});
show();
document.querySelector(".waiting [aria-current]")?.scrollIntoView({ block: "nearest" });
