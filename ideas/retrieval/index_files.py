"""The files of an index: opened once a process, built when there are none, built anew when damaged.

An index that is missing or damaged is built anew by whoever asks; when even that cannot be done nothing is found, and
the log says why: a person who writes is never stopped by it.
"""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ideas.retrieval.kinds import LIKENESS
from ideas.retrieval.open_indexes import open_indexes

LONGEST_TEXT = 20_000
Hit = tuple[int, float, list[str]]
_log = logging.getLogger(__name__)


def ask_or_rebuild(folder: Path, ask: Callable[[], Any], rebuild: Callable[[], Any]) -> Any:
    """Ask the index, built first when there is none or a damaged one, once. None when even that cannot be done."""
    damages = (OSError, load_engine().IndexDamaged)
    try:
        return ask()
    except damages as error:
        if folder not in open_indexes() and _was_never_built(folder):
            _log.info("the index %s is built for the first time", folder.name)
        else:
            _log.warning("the index %s is missing or damaged: it is built anew (%s)", folder.name, error)
    open_indexes().close(folder)
    try:
        rebuild()
        return ask()
    except damages as error:
        _log.error("the index %s cannot be built: nothing is found meanwhile (%s)", folder.name, error)
        open_indexes().close(folder)
        return None


def _was_never_built(folder: Path) -> bool:
    """Whether nothing stands there, but for what another process needs to build the first one."""
    try:
        return all(path.name == "lock" or path.name.startswith("new.") for path in folder.iterdir())
    except OSError as error:
        return isinstance(error, FileNotFoundError)


def build_index(folder: Path, read: Callable[[], Any], engine: str = LIKENESS.engine) -> None:
    """Build an index in its folder from the rows that `read` gives, and keep it open."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    open_indexes().keep(folder, getattr(load_engine(), engine).rebuild(folder, read))


def build_or_replace(folder: Path, read: Callable[[], Any], engine: str = LIKENESS.engine) -> None:
    """Build an index in its folder, or in place of whatever stands there when nothing can be saved of it."""
    try:
        build_index(folder, read, engine)
    except (OSError, load_engine().IndexDamaged):
        _clear(folder)
        build_index(folder, read, engine)


def _clear(folder: Path) -> None:
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink(missing_ok=True)
        return
    folder.chmod(0o700)  # what is ours and cannot be read can still be taken away
    shutil.rmtree(folder)


def open_index(folder: Path, engine: str = LIKENESS.engine) -> Any:
    """Return the index of a folder, the one that this process has open when it is still that of the files."""
    return open_indexes().find(folder, engine)


def load_engine() -> Any:
    """Return the engine, loaded at the first question: most web processes answer many pages before one."""
    from ideas.similarity import index

    return index
