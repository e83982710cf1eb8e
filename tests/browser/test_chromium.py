"""Which browser the tests take, on a machine that has several or none, and that the lock's one can be read."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace as Machine

import pytest

from tests.browser import locked
from tests.browser.chromium import NODE_MODULES, find_chromium, running_chromium

LETTERS = "éèêàâçîïôùûœæÉÀÇŒ«»’–…€"
UNKNOWN = "\U0010fffd"  # a letter that no font has
DRAWN = """letter => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 60, height: 60})
  const pen = canvas.getContext("2d")
  pen.font = "40px sans-serif"
  pen.fillText(letter, 10, 45)
  return pen.getImageData(0, 0, 60, 60).data.join()
}"""


def place(folder, name):
    """Put an executable that runs, and return its path."""
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine where commands stand in `folder` and nothing asks for a browser."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for name in ("CHROMIUM", "HEADED"):
        monkeypatch.delenv(name, raising=False)
    return Machine(folder=folder, downloaded=place(tmp_path, "downloaded"), setenv=monkeypatch.setenv)


def test_the_browser_that_is_asked_for_comes_first(machine, tmp_path):
    place(machine.folder, "chromium")
    machine.setenv("CHROMIUM", asked := place(tmp_path, "asked"))
    assert find_chromium(machine.downloaded).path == asked


def test_a_browser_asked_for_that_is_not_there_is_not_replaced(machine, tmp_path):
    place(machine.folder, "chromium")
    machine.setenv("CHROMIUM", str(tmp_path / "nowhere"))
    with pytest.raises(pytest.fail.Exception, match="CHROMIUM"):
        find_chromium(machine.downloaded)


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
def test_the_browser_of_the_machine_comes_before_the_one_of_the_lock(machine, name):
    own = place(machine.folder, name)
    assert find_chromium(machine.downloaded).path == own


def test_the_browser_of_the_lock_comes_before_the_one_of_playwright(machine):
    found = find_chromium(machine.downloaded)
    if not locked.is_for_this_machine(NODE_MODULES):
        assert found.path == machine.downloaded
        return
    version = subprocess.run([found.path, "--version"], env=found.variables, capture_output=True, check=True)
    assert found.path.startswith(f"{NODE_MODULES}/") and b"Chrom" in version.stdout


def test_a_window_is_not_asked_of_the_browser_of_the_lock(machine):
    machine.setenv("HEADED", "1")
    assert find_chromium(machine.downloaded).path == machine.downloaded


def test_the_browser_of_playwright_is_the_last(machine, tmp_path):
    assert find_chromium(machine.downloaded, tmp_path).path == machine.downloaded


def test_without_a_browser_what_to_install_is_said(machine, tmp_path):
    with pytest.raises(pytest.fail.Exception, match="install one"):
        find_chromium(str(tmp_path / "nowhere"), tmp_path)


def test_two_who_ask_at_once_unpack_one_browser(tmp_path):
    modules = tmp_path / "node_modules"
    modules.mkdir()
    (modules / "@sparticuz").symlink_to(NODE_MODULES / "@sparticuz")
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(locked.unpack, [modules, modules])
    assert first == second
    assert sorted(path.name for path in modules.iterdir()) == [first.name, "@sparticuz"]


def test_the_browser_draws_the_letters_of_french():
    with running_chromium() as browser:
        page = browser.new_page()
        unknown, *drawn = (page.evaluate(DRAWN, letter) for letter in (UNKNOWN, *LETTERS))
    assert unknown not in drawn and len(set(drawn)) == len(LETTERS)
