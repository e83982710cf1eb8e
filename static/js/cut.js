/* The slider that cuts a subject: each notch says what it makes and shows it, before anything is done; Enter accepts what is shown.
   Without this the list of the same form, [data-cut], leads to the page that is shown here. */

const slider = () => document.querySelector("[data-cut] input[type=range]");
const shown = () => document.getElementById("apercu");
let asked = 0;

const show = async (range) => {
  const { form, value } = range;
  const turn = ++asked;
  const [said, list] = [form.querySelector("[data-said]"), form.querySelector("select")];
  list.value = value;
  said.textContent = list.selectedOptions[0].text;
  range.setAttribute("aria-valuetext", said.textContent);
  shown().ariaBusy = "true";
  try {
    if (value === range.min) shown().replaceChildren();
    else {
      const answer = await fetch(`${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (turn !== asked) return;
      shown().replaceChildren(...page.getElementById("apercu").childNodes);
    }
    shown().ariaBusy = null;
  } catch { if (turn === asked) form.submit(); }
};

document.addEventListener("input", ({ target }) => { if (target === slider()) show(target); });
document.addEventListener("click", ({ target }) => {
  const by = target.closest("[data-step]")?.dataset.step;
  if (!by) return;
  const range = slider();
  const before = range.value;
  range.stepUp(Number(by));
  range.focus();
  if (range.value !== before) show(range);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target !== slider() || event.target.closest("[data-turn]")?.ariaBusy === "true") return;
  event.preventDefault();
  if (shown().ariaBusy !== "true") shown().querySelector("form")?.requestSubmit();
});
