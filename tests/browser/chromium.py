"""The browser of the tests: the one asked for, else the machine's own, the lock's, Playwright's; never none."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import locked
from tests.browser.node import find_node

NODE_MODULES = Path(__file__).parents[2] / "node_modules"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "No Chromium that can be used: install one (Debian: apt-get install chromium; elsewhere: "
    ".venv/bin/playwright install chromium), or give its path in CHROMIUM."
)
# Nothing that Chromium does by itself may leave the machine.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NO_SANDBOX = "--no-sandbox"


class Chromium(NamedTuple):
    """Where a browser is, and what it must be started with."""

    path: str
    flags: tuple[str, ...]
    variables: dict[str, str]


def find_chromium(downloaded, modules=NODE_MODULES):
    """Return the browser to start, `downloaded` being where Playwright would keep its own; else say what to install."""
    if asked := os.environ.get("CHROMIUM"):
        found = _find_executable(asked)
    else:
        found = _find_executable(*NAMES) or _find_locked(modules) or _find_executable(downloaded)
    return found or pytest.fail(MISSING, pytrace=False)


def _find_executable(*names):
    paths = (shutil.which(name) for name in names if name)
    return next((Chromium(path, _own_flags(), {}) for path in paths if path), None)


def _own_flags():
    # The sandbox refuses to start as root.
    return (NO_SANDBOX,) if os.geteuid() == 0 else ()


def _find_locked(modules):
    # It has no window to show. Many kernels allow a sandbox only to browsers under the folders of the system.
    if os.environ.get("HEADED") or not locked.is_for_this_machine(modules):
        return None
    folder = locked.unpack(modules)
    return Chromium(str(folder / "chromium"), (NO_SANDBOX,), locked.variables(folder))


@contextmanager
def running_chromium():
    """A browser, closed afterwards; with a window when HEADED is set."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", find_node())
    with sync_playwright() as playwright:
        chromium = find_chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(
            executable_path=chromium.path,
            headless=not os.environ.get("HEADED"),
            args=[*FLAGS, *chromium.flags],
            env=os.environ | chromium.variables,
        )
        yield browser
        browser.close()


def read_axe():
    """The source of the accessibility checker."""
    path = NODE_MODULES / "axe-core/axe.min.js"
    if not path.exists():
        pytest.fail("axe-core is not installed: run `make test`, or `npm ci`.", pytrace=False)
    return path.read_text()
