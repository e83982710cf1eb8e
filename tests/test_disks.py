"""Disks that are full or can only be read: the service says so, pages go on, and writing resumes by itself."""

import os
import subprocess
from contextlib import contextmanager, suppress

import pytest

from ideas.app import create_app
from ideas.config import Config
from ideas.store.database import db
from ideas.store.migrating import migrate
from tests.factories import make_campaign

SIZE = 8  # megabytes of the small disk
needs_mount = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk")


@pytest.fixture
def disk(tmp_path):
    """A disk of a few megabytes, gone after the test."""
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "ideas", tmp_path], check=False)
    if made.returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


@contextmanager
def site_on(folder):
    app = create_app(Config(var=str(folder / "var"), secret_key="only for tests " * 3))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        migrate(db.engine)
        make_campaign()
    yield app
    with app.app_context():
        db.engine.dispose()


def ready(app):
    answer = app.test_client().get("/sante/pret")
    return answer.status_code, answer.text.strip()


def write(app):
    return app.test_client().post("/connexion", data={"email": "camille@example.org"}).status_code


def read(app):
    return [app.test_client().get(path).status_code for path in ("/", "/sante")]


@needs_mount
def test_a_full_disk_is_told_and_writing_resumes_once_there_is_room(disk):
    with site_on(disk) as app:
        assert ready(app) == (200, "ok") and write(app) < 400
        fill(disk / "ballast")
        assert ready(app) == (503, "not ready: nothing can be written (no space left on device)")
        assert (write(app), *read(app)) == (503, 200, 200)
        (disk / "ballast").unlink()
        assert ready(app) == (200, "ok") and write(app) < 400


@needs_mount
def test_a_disk_that_can_only_be_read_is_told_and_writing_resumes_once_it_can_be_written(disk):
    with site_on(disk) as app:
        assert write(app) < 400
        with app.app_context():
            db.engine.dispose()  # a disk is not made read-only while files are written on it
        remount(disk, "ro")
        assert ready(app)[0] == 503 and ready(app)[1].startswith("not ready: the database ")
        assert (write(app), read(app)[1]) == (503, 200)
        remount(disk, "rw")
        assert ready(app) == (200, "ok") and write(app) < 400


def fill(path):
    with path.open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(4_096))


def remount(disk, how):
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes where nobody may")
def test_a_folder_that_was_given_to_somebody_else_is_told(tmp_path):
    with site_on(tmp_path) as app:
        (tmp_path / "var").chmod(0o500)
        assert ready(app)[0] == 503
        (tmp_path / "var").chmod(0o700)
        assert ready(app) == (200, "ok")
