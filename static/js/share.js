/* The address of this page, copied or handed to what the device shares with. */
for (const place of document.querySelectorAll("[data-share]")) {
  const { share: url, title, copied } = place.dataset;
  const [copy, send] = ["[data-copy]", "[data-send]"].map((one) => place.querySelector(one));
  copy.hidden = !navigator.clipboard;
  send.hidden = !navigator.share;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(url);
      document.getElementById("annonce").textContent = copied;
      copy.lastChild.textContent = ` ${copied}`;
    } catch { copy.hidden = true; }
  });
  send.addEventListener("click", () => navigator.share({ title, url }).catch(() => {}));
}
