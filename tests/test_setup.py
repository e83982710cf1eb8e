"""What a newcomer and an operator rely on before the first line runs: locks, commands, settings of the tools."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.scheduling import TOGETHER

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = ("run", "test", "setup", "bench", "check", "clean", "lock", "translations", "screenshots")
PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ;.*)?$")


def pins(path):
    """Name and version of each package of a lock, as often as the lock gives it for one Python or another."""
    lines = path.read_text().replace(" \\\n    --hash", "\n    --hash").splitlines()
    return {match.group("name", "version") for line in lines if (match := PIN.match(line))}


def normal(requirement):
    return re.match(r"[\w.-]+", requirement).group().lower().replace("_", "-").replace(".", "-")


@pytest.mark.parametrize("path", [*LOCKS, ROOT / "package-lock.json"], ids=lambda path: path.name)
def test_a_lock_names_no_host_and_no_folder(path):
    assert not re.findall(r"\w+://|^--?\w.*|file:|\"resolved\"", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_everything_locked_has_its_hashes(path):
    packages = re.split(r"\n(?=\w)", path.read_text())
    assert pins(path)
    assert all("--hash=sha256:" in package for package in packages)


def test_the_npm_lock_has_hashes_and_exact_versions():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    asked = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    assert packages[""]["devDependencies"] == asked
    assert all(version[0].isdigit() for version in asked.values())
    assert all("integrity" in package for name, package in packages.items() if name)


def test_all_that_the_project_asks_for_is_locked():
    locked = {path.stem: {name for name, _ in pins(path)} for path in LOCKS}
    groups = PROJECT["dependency-groups"]
    asked = {
        "run": PROJECT["project"]["dependencies"],
        "dev": [*EXTRAS["scale"], *(one for group in ("test", "check", "bench") for one in groups[group])],
        "tools": groups["tools"],
        "node": groups["node"],
    }
    assert not [one for stem, ones in asked.items() for one in ones if normal(one) not in locked[stem]]


def test_tests_run_on_the_versions_that_are_served():
    run, dev = (pins(ROOT / f"requirements/{name}.txt") for name in ("run", "dev"))
    assert run <= dev


@pytest.mark.parametrize("target", TARGETS)
def test_make_has_the_target_and_explains_it(target):
    explained = re.findall(r"echo 'make (\w+) ", MAKEFILE)
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
    assert target in explained


def test_every_lint_exclusion_has_its_reason():
    lint = (ROOT / "pyproject.toml").read_text().split("ignore = [", 1)[1].split("[tool.ruff.lint.pydocstyle]")[0]
    excluded = re.findall(r'^ +"[A-Z].*$', lint, re.MULTILINE)
    assert excluded
    assert not [line for line in excluded if not re.search(r"# \S+ \S+", line)]


def test_every_warning_let_through_has_its_reason():
    lines = (ROOT / "pyproject.toml").read_text().split("filterwarnings = [")[1].split("\n]")[0].splitlines()
    ignored = [i for i, line in enumerate(lines) if '"ignore' in line]
    assert lines[1].strip() == '"error",'
    assert all("#" in lines[i - 1] for i in ignored)


@pytest.mark.parametrize("script", [".ci/run"])
def test_a_script_is_sound_and_can_be_run(script):
    assert (ROOT / script).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", ROOT / script], check=True)


def test_what_stays_on_one_worker_exists():
    assert all((ROOT / start).exists() for start in TOGETHER)


def test_no_test_is_skipped():
    marks = re.compile(r"pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b")
    files = (path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))
    assert not [path.name for path in files if marks.search(path.read_text())]
