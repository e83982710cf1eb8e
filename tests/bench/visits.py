"""Rows on a first visit: what it weighs, and when most of a page is drawn, on a slow telephone and a slow network."""

from __future__ import annotations

from tests.bench.rows import row
from tests.bench.site import served
from tests.browser.chromium import running_chromium

# What Lighthouse calls slow 4G, and a telephone four times slower than this machine.
LATENCY, DOWN, UP = 150, 1_638_400 / 8, 768_000 / 8
SLOWER = 4
PAGES = {"home": "/", "list": "/idees", "idea": "/idees/2"}
LARGEST = """() => new Promise(told => new PerformanceObserver(
    list => told(list.getEntries().at(-1).startTime)).observe({type: 'largest-contentful-paint', buffered: true}))"""


@row("a first visit, slow 4G", "ideas, SQLite", most=10_000)
def visit_slowly(case):
    """Note, for each page opened first, the kilobytes that travel and the milliseconds to the largest paint."""
    size = len(case.texts)
    with served("sqlite", size, 10 * size) as site, running_chromium() as browser:
        case.measure(lambda: [_visit(case, browser, site.port, name) for name in PAGES], len(PAGES))


def _visit(case, browser, port, name):
    address = f"http://127.0.0.1:{port}{PAGES[name]}"
    weighed, paints = [], []
    for _ in range(5):
        context = browser.new_context(viewport={"width": 360, "height": 740})
        page = context.new_page()
        tools, sizes = context.new_cdp_session(page), []
        tools.send("Network.enable")
        throttled = {"latency": LATENCY, "downloadThroughput": DOWN, "uploadThroughput": UP}
        tools.send("Network.emulateNetworkConditions", {"offline": False} | throttled)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        tools.on("Network.loadingFinished", lambda told, sizes=sizes: sizes.append(told["encodedDataLength"]))
        page.goto(address, wait_until="networkidle")
        paints.append(page.evaluate(LARGEST))
        weighed.append(sum(sizes) / 1_000)
        context.close()
    case.note(**{f"{name}_kb": max(weighed), f"{name}_ms": sorted(paints)[2]})
