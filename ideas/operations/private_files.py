"""What the platform writes is for its own user alone: addresses of people are in the database, in mails, in backups."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def list_open_to_others(var: str) -> list[Path]:
    """Return the files and folders under `var`, itself included, that another user of the machine may look into."""
    return [path for path in _walk(Path(var)) if path.lstat().st_mode & OTHERS]


def keep_private(var: str) -> int:
    """Close to others what is there, and what this process writes from now on; return how many things were open.

    What belongs to another user is left, and told by the doctor.
    """
    os.umask(OTHERS)
    closed = 0
    for path in list_open_to_others(var):
        try:
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)
        except OSError:  # of another user, or gone meanwhile: a temporary file of another process
            continue
        closed += 1
    return closed


def _walk(var: Path) -> Iterator[Path]:
    if not var.is_dir():
        return
    yield var
    for folder, folders, files in os.walk(var):
        for name in (*folders, *files):
            path = Path(folder, name)
            if path.exists() and not path.is_symlink():
                yield path
