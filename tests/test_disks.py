"""Disks that are full or can only be read: the service says so, pages go on, and writing resumes by itself.

Where nobody may mount a small disk of their own, the limits that the system sets on a process stand for it.
"""

import os
import resource
import subprocess
from contextlib import contextmanager, suppress

import pytest

from ideas.app import create_app
from ideas.config import Config
from ideas.store.database import db
from ideas.store.migrating import migrate
from tests.factories import make_campaign

SIZE = 8  # megabytes of the small disk


@pytest.fixture
def disk(tmp_path):
    """A disk of a few megabytes, gone after the test, and whether it could be had."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "ideas", tmp_path]
    is_mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    yield tmp_path, is_mounted
    if is_mounted:
        subprocess.run(["umount", "--lazy", tmp_path], check=True)


@pytest.fixture
def site(disk):
    folder, _is_mounted = disk
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


@contextmanager
def bounded():
    """Let no file of this process grow beyond nothing."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def full(folder):
    with (folder / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(4_096))
    yield
    (folder / "ballast").unlink()


@contextmanager
def remounted(folder):
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    yield
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)


@contextmanager
def forbidden(folder):
    var = folder / "var"
    (var / "ideas.sqlite3").chmod(0o400)
    var.chmod(0o500)
    yield
    var.chmod(0o700)
    (var / "ideas.sqlite3").chmod(0o600)


def test_what_cannot_be_written_is_told_and_writing_resumes_by_itself(site):
    assert ready(site) == (200, "ok") and write(site) < 400
    with bounded():
        assert ready(site) == (503, "not ready: nothing can be written (file too large)")
        assert (write(site), *read(site)) == (503, 200, 200)
    assert ready(site) == (200, "ok") and write(site) < 400


def test_a_full_disk_is_told_and_writing_resumes_once_there_is_room(site, disk):
    folder, is_mounted = disk
    assert ready(site) == (200, "ok") and write(site) < 400
    with full(folder) if is_mounted else bounded():
        assert ready(site)[1].startswith("not ready: nothing can be written (")
        assert (write(site), *read(site)) == (503, 200, 200)
    assert ready(site) == (200, "ok") and write(site) < 400


def test_a_disk_that_can_only_be_read_is_told_and_writing_resumes_once_it_can_be_written(site, disk):
    folder, is_mounted = disk
    assert write(site) < 400
    with site.app_context():
        db.engine.dispose()  # a disk is not made read-only while files are written on it
    way = remounted(folder) if is_mounted else bounded() if os.geteuid() == 0 else forbidden(folder)
    with way:
        assert ready(site)[0] == 503 and ready(site)[1].startswith("not ready: ")
        assert (write(site), read(site)[1]) == (503, 200)
    assert ready(site) == (200, "ok") and write(site) < 400
