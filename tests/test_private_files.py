"""What the platform writes is for its own user alone, also what an earlier version left open."""

import os
import stat

import pytest

from ideas.operations.private_files import keep_private, list_open_to_others
from tests.commands import Terminal, start

KEY = {"IDEAS_SECRET_KEY": "only for tests " * 3}


@pytest.fixture
def left_open(tmp_path):
    """A folder as earlier versions left it."""
    mask = os.umask(0o022)
    folder = tmp_path / "var"
    (folder / "mail").mkdir(parents=True)
    for name in ("ideas.sqlite3", "ideas.sqlite3-wal", "secret-key", "mail/000001.eml"):
        (folder / name).write_text("x")
    (folder / "outside").symlink_to("/")
    yield folder
    os.umask(mask)


def test_what_was_open_is_closed_and_stays_so(left_open):
    assert len(list_open_to_others(str(left_open))) == 6
    assert keep_private(str(left_open)) == 6
    assert list_open_to_others(str(left_open)) == []
    (left_open / "index").mkdir()
    (left_open / "index" / "new").write_text("x")
    assert list_open_to_others(str(left_open)) == []
    assert stat.S_IMODE((left_open / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE((left_open / "mail").stat().st_mode) == 0o700


def test_nothing_there_is_nothing_open(tmp_path):
    assert keep_private(str(tmp_path / "not made yet")) == 0


def test_commands_write_for_their_user_alone(tmp_path):
    settings = {"IDEAS_VAR": str(tmp_path / "var")}
    for words in (["migrate"], ["backup", str(tmp_path / "backup.zip")]):
        process = start(*words, **settings)
        said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    assert list_open_to_others(str(tmp_path / "var")) == []
    assert stat.S_IMODE((tmp_path / "backup.zip").stat().st_mode) == 0o600
    assert (tmp_path / "var" / "ideas.sqlite3").exists()


def test_the_doctor_names_what_is_open(app):
    terminal = Terminal(app.config["IDEAS"])
    folder = app.config["IDEAS"].var
    os.chmod(folder, 0o755)  # noqa: PTH101, S103 - what is to be found
    assert "WRONG  files: 1 files or folders" in terminal.type("doctor", **KEY).stdout


def test_the_doctor_names_a_proxy_that_is_not_declared(app):
    terminal = Terminal(app.config["IDEAS"])
    https = {**KEY, "IDEAS_ORIGIN": "https://idees.example"}
    assert "IDEAS_PROXIES is not set" in terminal.type("doctor", **https).stdout
    assert "IDEAS_PROXIES is not set" not in terminal.type("doctor", **https, IDEAS_PROXIES="1").stdout
