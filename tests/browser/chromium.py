"""The browser of the tests: the machine's own, else Playwright's, never none."""

import os
import shutil
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "No Chromium on this machine: install one (Debian: apt-get install chromium; elsewhere: "
    ".venv/bin/playwright install chromium), or give its path in CHROMIUM."
)
# Nothing that Chromium does by itself may leave the machine; as root its sandbox cannot start.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium(downloaded):
    """The path of a Chromium, `downloaded` being where Playwright would keep its own; fails with what to install."""
    asked = os.environ.get("CHROMIUM")
    for path in [asked] if asked else [*map(shutil.which, NAMES), downloaded]:
        if path and (found := shutil.which(path)):
            return found
    pytest.fail(MISSING, pytrace=False)


def start_chromium(playwright):
    """A browser, with a window when HEADED is set."""
    return playwright.chromium.launch(
        executable_path=find_chromium(playwright.chromium.executable_path),
        headless=not os.environ.get("HEADED"),
        args=[*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
    )


def read_axe():
    """The source of the accessibility checker."""
    path = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
    if not path.exists():
        pytest.fail("axe-core is not installed: run `make test`, or `npm ci`.", pytrace=False)
    return path.read_text()
