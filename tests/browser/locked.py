"""The Chromium of package-lock.json: unpacked once, with its libraries and a font, for a machine that has none."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser.node import find_node

PACKAGE = "@sparticuz/chromium"
UNPACKING = f'import chromium from "{PACKAGE}"; await chromium.executablePath()'
# It adds the shared libraries only where it believes that the machine lacks them.
WITH_LIBRARIES = {"AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
# Only the font that comes along: pages have the same widths on every machine.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


def is_for_this_machine(modules):
    """Whether it is installed, and made for this system: Linux with the GNU C library, on x86-64."""
    system = (sys.platform, platform.machine(), platform.libc_ver()[0])
    return system == ("linux", "x86_64", "glibc") and (modules / PACKAGE).is_dir()


def unpack(modules):
    """Return the folder of the browser, made at the first call; whoever asks at the same time gets the same one."""
    version = json.loads((modules / PACKAGE / "package.json").read_text())["version"]
    folder = modules / f".chromium-{version}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=modules) as parent:
            _rename(_unpack_into(Path(parent) / "chromium", modules), folder)
    return folder


def variables(folder):
    """What the browser must find in its environment."""
    return {"LD_LIBRARY_PATH": str(folder / "al2023/lib"), "FONTCONFIG_FILE": str(folder / "fonts.conf")}


def _unpack_into(folder, modules):
    folder.mkdir()
    command = [find_node(), "--input-type=module", "--eval", UNPACKING]
    subprocess.run(command, cwd=modules, env=os.environ | WITH_LIBRARIES | {"TMPDIR": str(folder)}, check=True)
    (folder / "fonts.conf").write_text(FONTS)
    return folder


def _rename(ready, folder):
    try:
        ready.rename(folder)
    except OSError:  # another process was faster, and what it made is as good
        if not folder.exists():
            raise
