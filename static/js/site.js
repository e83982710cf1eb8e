/* Comforts: every page works without this file. */

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const announce = (text) => { find("#annonce").textContent = text; };
const later = (act, delay) => { let timer; return (...given) => { clearTimeout(timer); timer = setTimeout(act, delay, ...given); }; };
const read = async (url, options) => {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error();
  return { url: answer.url, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
};

/* A closing hour is said in the zone of whoever reads, when it is not that of Paris. */
for (const place of all("[data-instant]")) {
  const at = new Date(place.dataset.instant);
  const say = (timeZone) => at.toLocaleString(document.documentElement.lang === "en" ? "en-GB" : "fr", { timeZone, weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" });
  place.hidden = say() === say("Europe/Paris");
  place.textContent = place.dataset.here.replace("{t}", say());
}

/* Characters left: seen at once, spoken when the typing pauses near the end. */
const speak = later((text) => { if (text) announce(text); }, 1000);
const count = (control) => {
  const place = document.getElementById(`${control.id}-counter`);
  const left = control.dataset.max - [...control.value].length;
  place.textContent = (left < 0 ? place.dataset.over : place.dataset.left).replace("{n}", Math.abs(left));
  place.classList.toggle("over", left < 0);
  return left < control.dataset.max / 5 ? place.textContent : "";
};
for (const control of all("[data-max]")) {
  control.addEventListener("input", () => speak(count(control)));
  if (control.value) count(control);
}

/* Similar ideas while one types. What comes late moves no field, replaces nothing newer, unticks nothing. */
for (const region of all("[data-similar-url]")) {
  const typed = region.dataset.similarOf.split(" ").map((id) => find(`#${id}`));
  const text = () => typed.map(({ value }) => value.trim().slice(0, 600)).join("\n").trim();
  const empty = [...region.childNodes];
  let running;
  const fill = (nodes) => {
    if (region.contains(document.activeElement)) return;
    const top = () => document.activeElement.getBoundingClientRect().top;
    const before = top();
    const ticked = all("input:checked", region);
    region.replaceChildren(...nodes);
    for (const choice of ticked) {
      const again = document.getElementById(choice.id);
      if (again) again.checked = true;
      else region.append(choice.closest(".choice"));
    }
    scrollBy(0, top() - before);
    announce(find("[data-summary]", region)?.textContent ?? "");
  };
  const ask = later(async () => {
    running?.abort();
    if (text().length < 4) return fill(empty);
    const { signal } = running = new AbortController();
    const url = new URL(region.dataset.similarUrl, location.href);
    const sent = [...typed, ...all("[data-hinted]")];
    for (const { name, value } of sent) if (value) url.searchParams.set(name, value.trim().slice(0, 600));
    try {
      const { page } = await read(url, { signal });
      if (!signal.aborted) fill(page.body.childNodes);
    } catch { /* the form does without */ }
  }, 250);
  for (const field of typed) field.addEventListener("input", ask);
  if (text()) ask();
}

/* A vote in place; anything unexpected goes the ordinary way. */
const swap = async (form, place, button) => {
  form.action = button.getAttribute("formaction") ?? form.action;
  try {
    const { url, page } = await read(form.action, { method: "POST", body: new FormData(form), headers: { "X-Fragment": place.id } });
    const received = page.getElementById(place.id);
    if (!received) return location.assign(url);
    received.className = place.className;
    place.replaceWith(received);
    if (document.activeElement === document.body) find("button, a", received)?.focus();
    announce(received.innerText);
  } catch (error) {
    // The network is away: leaving would lose the page. What the server refused goes the ordinary way, which says why.
    if (!(error instanceof TypeError)) return form.submit();
    sent.delete(button);
    button.ariaDisabled = null;
    const said = find(".offline", place) ?? Object.assign(document.createElement("p"), { className: "small offline" });
    said.textContent = document.body.dataset.offline;
    place.append(said);
    announce(said.textContent);
  }
};

/* A button sends once. */
const sent = new Set();
document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if (form.method !== "post" || !button) return;
  const place = button.closest("[data-swap]");
  if (place || sent.has(button)) event.preventDefault();
  if (sent.has(button)) return;
  sent.add(button);
  button.ariaDisabled = true;
  if (place) swap(form, place, button);
});
addEventListener("pageshow", () => {
  for (const button of sent) button.ariaDisabled = null;
  sent.clear();
});

/* The question of a plain page, asked in a dialog. */
const openDialog = async (link) => {
  const body = find("[data-dialog-body]", (await read(link.href)).page);
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", body.getAttribute("aria-labelledby"));
  dialog.append(body);
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  dialog.showModal();
};
document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const opener = event.target.closest("a[data-dialog]");
  const closer = event.target.closest("dialog [data-dialog-close]");
  if (opener || closer) event.preventDefault();
  if (opener) openDialog(opener).catch(() => location.assign(opener.href));
  closer?.closest("dialog").close();
});

/* Escape closes the menu. */
document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && find(".menu[open]");
  if (menu) { menu.open = false; menu.firstElementChild.focus(); }
});

/* What is typed outlives a lost page, in this tab only, until received. Last: a browser may forbid storage and stop here. */
const isChoice = (control) => /radio|checkbox/.test(control.type);
const isText = (control) => /text|email/.test(control.type);
const fields = (form) => [...form.elements].filter((e) => e.name && (isChoice(e) || isText(e) || e.tagName === "SELECT"));
const restore = (form, key) => {
  const saved = JSON.parse(sessionStorage.getItem(key) ?? "[]");
  // What the server sends back is fresher than a draft.
  if (!saved.length || find("#erreurs") || fields(form).some((e) => isText(e) && e.value)) return;
  for (const control of fields(form)) {
    const values = saved.filter(([name]) => name === control.name).map(([, value]) => value);
    if (isChoice(control)) control.checked = values.includes(control.value);
    else control.value = values[0] ?? "";
    if (control.dataset.max) count(control);
  }
  for (const notice of all("[data-draft-notice]", form)) notice.hidden = false;
};
for (const form of all("form[data-draft]")) {
  const key = `draft:${form.dataset.draft}`;
  restore(form, key);
  form.addEventListener("input", later(() => {
    const pairs = fields(form).filter((e) => !isChoice(e) || e.checked).map((e) => [e.name, e.value]);
    sessionStorage.setItem(key, JSON.stringify(pairs));
  }, 300));
  find("[data-draft-forget]", form)?.addEventListener("click", () => {
    sessionStorage.removeItem(key);
    location.assign(location.href);
  });
}
for (const done of all("[data-draft-clear]")) sessionStorage.removeItem(`draft:${done.dataset.draftClear}`);
