"""Somebody at the bench with the keyboard alone: keys are counted by act, and how long each takes to be answered."""

from collections import defaultdict

from playwright.sync_api import TimeoutError as TookTooLong

from tests.browser.inspection import check_page, watch

# Keys besides what is typed.
MOST_KEYS = {
    "confirm": 1,
    "leave": 1,
    "apart": 1,
    "undo": 1,
    "merge": 2,
    "move": 2,
    "join": 2,
    "split": 4,
    "answer": 3,
    "rename": 2,
}
NAME, ANSWER = "Un nom donné au clavier", "Ces données ne relèvent pas de cet appel."
OUT_OF_SCOPE = "7"  # among the quick answers
# How long the desk took to turn, from the key that asked for it.
_WATCH = """
  let at = 0
  window.turns = []
  addEventListener("keydown", () => { at = performance.now() }, true)
  document.addEventListener("turned", () => { window.turns.push(performance.now() - at) })
"""
_FITS = "() => { const one = document.querySelector('.pane.middle'); return one.scrollHeight <= one.clientHeight + 1 }"
_IS_FOCUS_LOST = "() => [document.body, document.documentElement, null].includes(document.activeElement)"


class Reviewer:
    """Somebody at the bench: `keys` and `times` (milliseconds) by act, `lost`: acts after which no focus was left."""

    def __init__(self, browser, address, remembered):
        context = browser.new_context(
            base_url=address,
            viewport={"width": 1280, "height": 800},
            locale="fr-FR",
            storage_state=remembered,
        )
        self.close = context.close
        self.page = watch(context.new_page())
        self.page.add_init_script(_WATCH)
        self.forget()

    def forget(self):
        """Count from nothing."""
        self.keys, self.times, self.lost = defaultdict(list), defaultdict(list), []

    def open(self, address="/triage"):
        self.page.goto(address)
        return self

    def type(self, *keys):
        """Press keys, without waiting for what comes of them."""
        for key in keys:
            self.page.keyboard.press(key)

    def wait(self, count, act=""):
        """Wait until the desk has turned `count` times on this page."""
        try:
            self.page.wait_for_function("count => window.turns.length >= count", arg=count)
        except TookTooLong as error:
            raise AssertionError(f"{act} does not turn: {self.seen}") from error
        self.times[act].append(self.page.evaluate("window.turns.at(-1)"))
        if self.page.evaluate(_IS_FOCUS_LOST):
            self.lost.append(act)

    def do(self, act, *keys, text=""):
        """Press the keys of an act, `text` typed before the last one, and wait for what it leads to."""
        before = self.page.evaluate("window.turns.length")
        self.type(*keys[:-1])
        self.page.keyboard.insert_text(text)
        self.type(keys[-1])
        self.keys[act].append(len(keys))
        self.wait(before + 1, act)

    @property
    def said(self):
        return self.page.locator(".undo p").inner_text()

    @property
    def seen(self):
        """The page, for whoever asks why an act failed."""
        return f"{self.page.url} {self.page.locator('main').inner_text()[:600]!r}"

    @property
    def title(self):
        return self.page.locator("h1").inner_text()

    @property
    def is_done(self):
        return not self.has("[data-key=C]")

    @property
    def is_among_alone(self):
        """Whether it is the turn of the ideas of no subject."""
        return self.has("[data-about=sans]")

    @property
    def fits(self):
        """Whether the subject is seen whole."""
        return self.page.evaluate(_FITS)

    def has(self, selector):
        """Whether one is in sight."""
        return self.page.locator(selector).locator("visible=true").count() > 0

    def count_members(self):
        return self.page.locator("[data-rows] > li").count()

    def count_reviewed(self):
        return int(self.page.locator(".progress p").inner_text().split()[0])

    def list_broken(self):
        """Return the acts that cost more keys than they may."""
        return {act: max(counts) for act, counts in self.keys.items() if max(counts) > MOST_KEYS.get(act, 1)}

    def confirm(self):
        self.do("confirm", "c")
        assert "Sujet confirmé" in self.said, self.seen

    def leave(self):
        """Leave alone the ideas of a page of those that have no subject."""
        self.do("leave", "c")
        assert "laissées sans sujet" in self.said, self.seen

    def merge(self):
        if not self.has("[data-key=M]"):
            return False
        self.do("merge", "m")
        assert "réunie" in self.said, self.seen
        return True

    def rename(self):
        self.do("rename", "n", "Enter", text=NAME)
        assert self.title == NAME, self.seen
        return True

    def join(self):
        """Join the near subject, and think better of it."""
        if not self.has("[data-key=U]"):
            return False
        self.do("join", "u")
        assert "Sujets réunis" in self.said, self.seen
        self.do("undo", "z")
        assert "annulée" in self.said, self.seen
        return True

    def move(self):
        if not self.has("[data-key='1'][name=to]") or self.count_members() < 3:
            return False
        self.do("move", "x", "1")
        assert "déplacées" in self.said, self.seen
        return True

    def split(self):
        if self.count_members() < 4:
            return False
        self.do("split", "ArrowDown", "x", "s")
        assert "Sujet partagé" in self.said, self.seen
        return True

    def set_apart(self):
        if not self.has("[data-key=G]"):
            return False
        self.do("apart", "g")
        assert "gardées à part" in self.said, self.seen
        return True

    def cut(self):
        """Cut as the tree does, after the preview; come back from it first."""
        if not self.has("[data-key='+']"):
            return False
        slider, preview = self.page.locator("#cran"), self.page.locator("#apercu")
        whole = slider.get_attribute("aria-valuetext")
        self.type("+")
        preview.get_by_text("Nouveau sujet").first.wait_for()
        assert slider.get_attribute("aria-valuetext").startswith("2 sujets : ")
        self.type("-")
        preview.wait_for(state="hidden")
        assert slider.get_attribute("aria-valuetext") == whole
        self.type("ArrowRight")
        preview.get_by_text("Nouveau sujet").first.wait_for()
        self.do("split", "Enter")
        self.keys["split"][-1] += 1  # the arrow
        assert "Sujet partagé" in self.said, self.seen
        return True

    def answer(self):
        before = self.title
        self.type("a")
        with self.page.expect_navigation():
            self.type(OUT_OF_SCOPE)
        self.page.wait_for_function("() => document.activeElement.name === 'text'")  # at the first drawing
        self.page.keyboard.insert_text(ANSWER)
        with self.page.expect_navigation():
            self.type("Control+Enter")
        self.keys["answer"].append(3)
        assert "Réponse" in self.said and self.title != before
        return True

    def check(self):
        """Raise what the page owes to whoever looks at it, and does not give."""
        check_page(self.page)
