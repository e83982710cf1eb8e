"""Folders and files that are seen whole or not at all, and the sweeping of what a killed process left of them.

What is being written has a name of its own beside its place, and is locked by whoever writes it: the system frees the
lock when a process dies, however it dies, so that the next one knows what to sweep.
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PREFIX = ".ideas-unfinished-"
YOUNG = 60  # seconds: what is younger may not be locked yet
OLD = 3_600  # seconds: what is older is swept where the disk knows no locks
RENAME_EXCHANGE = 2
AT_FDCWD = -100


@contextlib.contextmanager
def unfinished_folder(beside: Path) -> Iterator[Path]:
    """Give a folder to write in, which is gone at the end unless it was put in its place."""
    work = _name(beside)
    work.mkdir()
    try:
        with _locked(work):
            yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def unfinished_file(beside: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """Give a file that its owner alone may read, which is gone at the end unless it was put in its place."""
    work = _name(beside)
    try:
        with os.fdopen(os.open(work, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file, _locked(work):
            yield work, file
    finally:
        work.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove from `folder` what processes that died were writing."""
    for work in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if _is_left(work):
                shutil.rmtree(work) if work.is_dir() and not work.is_symlink() else work.unlink()


def flush(folder: Path) -> None:
    """Have the disk keep all that a folder holds."""
    for path in (*sorted(folder.iterdir()), folder):
        flush_one(path)


def flush_one(path: Path) -> None:
    """Have the disk keep a file, or the names that a folder holds."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_in_place(work: Path, folder: Path) -> None:
    """Put a folder where another may stand: whoever looks there sees the old one or the new one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        work.rename(folder)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        _exchange(work, folder)
    flush_one(folder.parent)


def _name(beside: Path) -> Path:
    beside.mkdir(parents=True, exist_ok=True)
    sweep(beside)
    return beside / f"{PREFIX}{secrets.token_hex(6)}"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a disk that knows no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _is_left(path: Path) -> bool:
    age = time.time() - path.lstat().st_mtime
    if age < YOUNG:
        return False
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return age > OLD
    finally:
        os.close(descriptor)
    return True


def _exchange(work: Path, folder: Path) -> None:
    """Let two folders change names, at once where the system can; the old one is `work` afterwards."""
    if sys.platform == "linux":
        call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        names = AT_FDCWD, os.fsencode(work), AT_FDCWD, os.fsencode(folder)
        if call is not None and call(*names, RENAME_EXCHANGE) == 0:
            return
    # Elsewhere the folder is missing for a moment; both are whole at any time.
    aside = work.with_name(f"{work.name}-old")
    folder.rename(aside)
    work.rename(folder)
    aside.rename(work)
