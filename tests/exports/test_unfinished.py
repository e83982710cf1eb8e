"""What is written whole or not at all, under real kills; what a killed process left is swept."""

import fcntl
import hashlib
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from ideas.domain.errors import WrongState
from ideas.exports import unfinished
from ideas.exports.files import SUMS, check_may_be_replaced
from ideas.exports.unfinished import OLD, PREFIX, YOUNG, put_in_place, sweep, unfinished_file, unfinished_folder

KILLS = 40
WRITER = """
import sys
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from ideas.exports.files import write_edition
from ideas.exports.tables import TABLES
from ideas.exports.unfinished import put_in_place, unfinished_folder

folder = Path(sys.argv[1])
for word in cycle("ab"):
    rows = {table.name: [] for table in TABLES}
    with unfinished_folder(folder.parent) as work:
        write_edition(work, {"slug": word, "title": word * 2_000, "question": word, "register_head": ""}, rows)
        put_in_place(work, folder)
    print(word, flush=True)
"""


def is_whole(folder):
    """Whether every file is there, as the list of sums says it, and the list itself as the archive was made with it."""
    lines = [line.split("  ") for line in (folder / SUMS).read_text(encoding="utf-8").splitlines()]
    names = {name for _sum, name in lines} | {SUMS, "edition.zip"}
    return {path.name for path in folder.iterdir()} == names and all(
        hashlib.sha256((folder / name).read_bytes()).hexdigest() == sum_ for sum_, name in lines
    )


def test_an_export_killed_at_any_moment_leaves_the_old_set_or_the_new_one(tmp_path):
    folder, chance = tmp_path / "out", random.Random(3)
    for number in range(KILLS):
        process = subprocess.Popen([sys.executable, "-c", WRITER, folder], stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        time.sleep(chance.random() / 10)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert is_whole(folder), number
    for path in tmp_path.glob(f"{PREFIX}*"):
        age(path, YOUNG + 1)
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def age(path, seconds):
    os.utime(path, (time.time() - seconds, time.time() - seconds))


def make_left(folder, name, seconds):
    path = folder / f"{PREFIX}{name}"
    path.mkdir()
    (path / "ideas.csv").write_text("camille@example.org")
    age(path, seconds)
    return path


def test_what_is_being_written_is_left_alone_however_old(tmp_path):
    left, young, held = (make_left(tmp_path, *one) for one in (("a", YOUNG + 1), ("b", 0), ("c", OLD + 1)))
    descriptor = os.open(held, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    sweep(tmp_path)
    os.close(descriptor)
    assert (left.exists(), young.exists(), held.exists()) == (False, True, True)
    sweep(tmp_path)
    assert not held.exists() and young.exists()


def test_where_the_disk_knows_no_locks_only_what_is_old_is_swept(tmp_path, monkeypatch):
    def refuse(*_given):
        raise OSError("no locks")

    recent, old = make_left(tmp_path, "a", YOUNG + 1), make_left(tmp_path, "b", OLD + 1)
    monkeypatch.setattr(unfinished.fcntl, "flock", refuse)
    sweep(tmp_path)
    assert recent.exists() and not old.exists()


def test_what_fails_leaves_nothing(tmp_path):
    for unfinished_one in (unfinished_folder, unfinished_file):
        with pytest.raises(ZeroDivisionError), unfinished_one(tmp_path):
            raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_a_file_that_may_hold_addresses_is_for_its_owner_alone(tmp_path):
    with unfinished_file(tmp_path) as (work, _file):
        assert work.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("system", ["linux", "another"])
def test_a_folder_takes_the_place_of_another(tmp_path, monkeypatch, system):
    monkeypatch.setattr(unfinished.sys, "platform", system)
    folder = tmp_path / "out"
    for word in ("old", "new"):
        with unfinished_folder(tmp_path) as work:
            (work / word).touch()
            put_in_place(work, folder)
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "new"]


def test_what_is_no_export_is_never_replaced(tmp_path):
    check_may_be_replaced(tmp_path / "missing")
    check_may_be_replaced(tmp_path)
    (tmp_path / "these.odt").touch()
    with pytest.raises(WrongState, match=r"these\.odt"):
        check_may_be_replaced(tmp_path)
