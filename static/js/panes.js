/* A page of panes turns in place: what a form or a link of [data-turn] leads to takes its place, and the focus goes to its heading.
   Anything unexpected goes the ordinary way. Two presses while one is on its way are one. */

const find = (selector, root = document) => root.querySelector(selector);
const panel = () => find("[data-turn]");
const panes = (root) => [...root.querySelectorAll(".pane")];
let isNative = false;

const land = (place, received) => {
  const isSame = place.dataset.about && place.dataset.about === received.dataset.about;
  const heights = panes(place).map((pane) => pane.scrollTop);
  place.replaceWith(received);
  panes(received).forEach((pane, at) => { if (isSame || at === 0) pane.scrollTop = heights[at] ?? 0; });
  find("[aria-current=true]", received)?.scrollIntoView({ block: "nearest" });
  (find("#erreurs", received) ?? find(".undo [data-focus]", received) ?? find("[data-focus]", received))?.focus({ preventScroll: isSame });
  document.dispatchEvent(new Event("turned"));
};

const turn = async (url, options, otherwise) => {
  const place = panel();
  if (place.ariaBusy === "true") return;
  place.ariaBusy = "true";
  try {
    const answer = await fetch(url, { ...options, headers: { "X-Fragment": place.id } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const received = page.getElementById(place.id);
    if (!received) throw new Error();
    document.title = page.title;
    if (answer.redirected || !options.method) history[options.isBack ? "replaceState" : "pushState"](null, "", answer.url);
    land(place, received);
  } catch {
    place.ariaBusy = null;
    otherwise();
  }
};

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  const isOurs = form.closest("[data-turn]") || button?.closest("[data-turn]");
  if (isNative || !isOurs || event.defaultPrevented) return;
  event.preventDefault();
  const body = new FormData(form, button);
  const otherwise = () => { isNative = true; form.requestSubmit(button); };
  const action = button?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
  if (form.method === "post") turn(action, { method: "POST", body }, otherwise);
  else turn(`${action.split("?")[0]}?${new URLSearchParams(body)}`, {}, otherwise);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-turn] a[href]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
  const { origin, pathname } = new URL(link.href);
  if (origin !== location.origin || pathname !== location.pathname || link.hash) return;
  event.preventDefault();
  turn(link.href, {}, () => location.assign(link.href));
});

addEventListener("popstate", () => turn(location.href, { isBack: true }, () => location.reload()));
addEventListener("pageshow", () => { isNative = false; if (panel()) panel().ariaBusy = null; });
