"""What every page owes to whoever looks at it in a browser."""

from tests.browser.chromium import read_axe

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = (320, 360)
COLOURS = ("color-contrast", "link-in-text-block")  # the rules of axe that the night may break
# A request that is refused is told to the console as an error; pages that say no on purpose are looked at as well.
EXPECTED = "Failed to load resource: the server responded with a status of 4"


def watch(page):
    """Keep in `page.complaints` what goes wrong by itself: script errors, refusals of the policy, failed files."""
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(f"script: {error}"))
    page.on("requestfailed", lambda request: _note_failure(page, request))
    page.on("console", lambda message: _hear(page, message))
    return page


def _note_failure(page, request):
    # A page that is left before its icon came aborts it: nothing is missing.
    if request.failure != "net::ERR_ABORTED":
        page.complaints.append(f"{request.url}: {request.failure}")


def _hear(page, message):
    if message.type in ("error", "warning") and not message.text.startswith(EXPECTED):
        page.complaints.append(f"console: {message.text}")


def check_page(page):
    """Raise what a person would stumble over: by the rules of axe, by the width of a telephone, by an error."""
    assert not (faults := list_faults(page)), "\n".join(faults)


def list_faults(page, *, narrow=NARROW, rules=()):
    """Say each fault of the page on a line, after its address; `rules`: those of axe it is held to, by default all."""
    found = [*list_violations(page, rules), *list_overflows(page, narrow), *page.complaints]
    page.complaints.clear()
    return [f"{page.url}: {fault}" for fault in found]


def list_violations(page, rules=()):
    """What axe finds on the page as it stands, one line an element."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(read_axe())
    # What is well has many words too, and the paths to what is wrong are long to find: its source is shown.
    options = {"resultTypes": ["violations"], "selectors": False, "elementRef": False, "preload": not rules}
    options["runOnly"] = {"type": "rule", "values": rules} if rules else TAGS
    found = page.evaluate("options => axe.run(document, options).then(said => said.violations)", options)
    return [f"axe {one['id']} ({one['impact']}): {node['html']}" for one in found for node in one["nodes"]]


def list_overflows(page, narrow=NARROW):
    """The widths, among those of telephones, at which the page must be scrolled sideways, with what sticks out."""
    size = page.viewport_size
    faults = []
    for width in narrow:
        page.set_viewport_size({"width": width, "height": 800})
        faults += [f"wider than {width} px: {tag}" for tag in page.evaluate(_STICKING_OUT)]
    page.set_viewport_size(size)
    return faults


_STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  const out = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > width + 1)
  return out.length ? out.slice(0, 5).map(e => e.cloneNode(false).outerHTML.slice(0, 120)) : ["something"]
}"""
