/* Comforts. Every page works without this file, and nothing here decides anything: the server's answer is what is shown. */

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const announce = (text) => { const place = find("#annonce"); if (place) place.textContent = text; };
const later = (act, delay) => { let timer; return (...given) => { clearTimeout(timer); timer = setTimeout(act, delay, ...given); }; };
const read = async (address, options) => {
  const answer = await fetch(address, options);
  if (!answer.ok) throw new Error(answer.status);
  return { address: answer.url, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
};

/* The errors of a form are read first. */
find("[data-focus]")?.focus();

/* Characters left, seen at once, spoken when the typing pauses near the end. */
const speak = later(announce, 1000);
const count = (control) => {
  const place = document.getElementById(`${control.id}-counter`);
  const left = Number(control.dataset.max) - [...control.value].length;
  place.textContent = (left < 0 ? place.dataset.over : place.dataset.left).replace("{n}", Math.abs(left));
  place.classList.toggle("over", left < 0);
  return left < control.dataset.max / 5 && place.textContent;
};
for (const control of all("[data-max]")) {
  control.addEventListener("input", () => speak(count(control) || ""));
  if (control.value) count(control);
}

/* What is typed outlives a lost page, in this tab only, until it has been received. */
const kept = (form) => [...form.elements].filter((e) => e.name && !/^(hidden|password|file|submit|button)$/.test(e.type));
const isChoice = (control) => /^(radio|checkbox)$/.test(control.type);
const draftKey = (form) => `draft:${form.dataset.draft}`;
const restore = (form) => {
  const saved = JSON.parse(sessionStorage.getItem(draftKey(form)) ?? "[]");
  const fresh = !find("[data-focus]") && kept(form).every((e) => isChoice(e) || e.value === e.defaultValue || e.tagName === "SELECT");
  if (!saved.length || !fresh) return;
  for (const control of kept(form)) {
    const values = saved.filter(([name]) => name === control.name).map(([, value]) => value);
    if (isChoice(control)) control.checked = values.includes(control.value);
    else if (values.length) control.value = values[0];
    if (control.dataset.max) count(control);
  }
  const notice = find("[data-draft-notice]", form);
  if (notice) notice.hidden = false;
};
for (const form of all("form[data-draft]")) {
  restore(form);
  form.addEventListener("input", later(() => {
    const pairs = kept(form).filter((e) => !isChoice(e) || e.checked).map((e) => [e.name, e.value]);
    sessionStorage.setItem(draftKey(form), JSON.stringify(pairs));
  }, 300));
  find("[data-draft-forget]", form)?.addEventListener("click", () => {
    sessionStorage.removeItem(draftKey(form));
    location.assign(location.href);
  });
}
for (const done of all("[data-draft-clear]")) sessionStorage.removeItem(`draft:${done.dataset.draftClear}`);

/* Similar ideas while the title is typed. What comes late never moves the field that has the cursor by then. */
for (const region of all("[data-similar-url]")) {
  const field = document.getElementById(region.dataset.similarOf);
  let running;
  const fill = (nodes) => {
    const active = document.activeElement;
    const before = active.getBoundingClientRect().top;
    region.replaceChildren(...nodes);
    scrollBy({ top: active.getBoundingClientRect().top - before, behavior: "instant" });
    announce(region.textContent.trim() && (find("[data-summary]", region)?.textContent ?? ""));
  };
  const ask = later(async () => {
    running?.abort();
    if (field.value.trim().length < 4) return;
    running = new AbortController();
    const address = new URL(region.dataset.similarUrl, location.href);
    address.searchParams.set("texte", field.value);
    try { fill((await read(address, { signal: running.signal })).page.body.childNodes); } catch { /* the form does without */ }
  }, 250);
  field?.addEventListener("input", ask);
  if (field?.value) ask();
}

/* A vote in place; anything unexpected goes the ordinary way. */
const swap = async (form) => {
  try {
    const { address, page } = await read(form.action, { method: "POST", body: new FormData(form), headers: { "X-Fragment": form.id } });
    const fresh = page.getElementById(form.id);
    if (!fresh) return location.assign(address);
    fresh.className = form.className;
    const focused = form.contains(document.activeElement);
    form.replaceWith(fresh);
    if (focused) find("button, a", fresh)?.focus();
    announce([...fresh.children].map((e) => e.textContent.trim()).filter(Boolean).join(". "));
  } catch { form.submit(); }
};

/* A form is sent once. */
const sent = new Map();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (sent.has(form)) return event.preventDefault();
  sent.set(form, event.submitter);
  event.submitter?.setAttribute("aria-disabled", "true");
  if (form.matches("[data-swap]")) { event.preventDefault(); swap(form); }
});
addEventListener("pageshow", () => {
  for (const button of sent.values()) button?.removeAttribute("aria-disabled");
  sent.clear();
});

/* The question of a plain page, asked in a dialog. */
const openDialog = async (link) => {
  const body = find("[data-dialog-body]", (await read(link.href)).page);
  if (!body) throw new Error("no question");
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

/* Escape closes the menu and gives the cursor back to it. */
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && find(".menu[open]");
  if (menu) { menu.open = false; find("summary", menu).focus(); }
});
