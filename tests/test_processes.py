"""Processes as they are started for real: the demonstration, the web server, the worker, and how each of them stops."""

import json
import re
import shutil
import signal
import socket
import sqlite3
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands import start

PATIENCE = 150  # seconds: the first clustering compiles its kernels, on machines that may be busy
ROLES = ("contributor", "moderator", "owner")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """What a first `ideas demo` leaves behind: its folder, and all that it printed."""
    var = tmp_path_factory.mktemp("demo") / "var"
    with demonstration(var) as (process, _port, printed):
        pass
    return var, printed, process.returncode


@contextmanager
def demonstration(var, stop=signal.SIGINT):
    """Run `ideas demo`; gives the process, the port and what was printed until the site was ready."""
    port = free_port()
    process = start("demo", IDEAS_VAR=str(var), PORT=str(port), PYTHONUNBUFFERED="1")
    try:
        yield process, port, read_until(process, "Ctrl-C stops it")
    finally:
        process.send_signal(stop)
        process.communicate(timeout=30)


def read_until(process, words):
    printed = ""
    for line in process.stdout:
        printed += line
        if words in line:
            return printed
    raise AssertionError(printed + process.stderr.read())


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def status_of(address):
    try:
        return urllib.request.urlopen(address, timeout=10).status  # noqa: S310 - our own
    except urllib.error.HTTPError as error:
        return error.code


def children_of(process):
    return [int(number) for number in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def is_alive(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


def read_facts(*words, var):
    process = start(*words, "--json", IDEAS_VAR=str(var))
    printed, refused = process.communicate(timeout=60)
    assert process.returncode == 0, refused
    return json.loads(printed)


@pytest.mark.timeout(PATIENCE * 2)
def test_a_first_start_loads_clusters_and_publishes(loaded):
    var, printed, code = loaded
    assert code == 0
    assert "Loading the demonstration campaign…" in printed
    assert [one["edition"] for one in read_facts("edition", "list", var=var)] == ["donnees-revees-2026/1"]
    assert all(one["is_well"] for one in read_facts("doctor", var=var))


@pytest.mark.timeout(PATIENCE * 2)
def test_a_second_start_keeps_the_data_and_prints_three_new_links(loaded):
    with demonstration(loaded[0]) as (_process, port, printed):
        address = f"http://127.0.0.1:{port}"
        links = re.findall(rf"^  (\w+) +({address}/connexion/lien/\S+)$", printed, re.MULTILINE)
        assert f"The demonstration is on {address}\n" in printed
        assert tuple(role for role, _ in links) == ROLES
        assert [status_of(link) for _, link in links] == [200] * 3
        assert status_of(f"{address}/sante/pret") == 200
    assert "Loading" not in printed
    assert "Finding" not in printed


@pytest.mark.timeout(PATIENCE * 2)
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGKILL], ids=lambda stop: stop.name)
def test_whatever_stops_it_no_worker_is_left(loaded, stop):
    with demonstration(loaded[0], stop) as (process, port, _printed):
        (worker,) = children_of(process)
        assert is_alive(worker)
    assert process.returncode == (-stop if stop == signal.SIGKILL else 0)
    assert wait_for(lambda: not is_alive(worker))
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_that_is_taken_is_one_line(loaded, command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        settings = {"IDEAS_SECRET_KEY": "x" * 32, "IDEAS_ORIGIN": "https://idees.example.org", "IDEAS_PROXIES": "1"}
        process = start(command, IDEAS_VAR=str(loaded[0]), PORT=port, **settings)
        printed, refused = process.communicate(timeout=60)
    assert (process.returncode, printed) == (1, "")
    assert re.fullmatch(rf"Error: Cannot listen on 127\.0\.0\.1:{port} \(.+\): choose another port, .+\n", refused)


def test_the_site_and_the_worker_run_apart_in_production(loaded):
    port = free_port()
    settings = {
        "IDEAS_VAR": str(loaded[0]),
        "IDEAS_SECRET_KEY": "x" * 32,
        "IDEAS_ORIGIN": "https://idees.example.org",
        "IDEAS_PROXIES": "1",
    }
    processes = [start("serve", PORT=str(port), **settings), start("worker", **settings)]
    try:
        assert "Serving on" in processes[0].stderr.readline()
        assert status_of(f"http://127.0.0.1:{port}/sante") == 200
        assert [process.poll() for process in processes] == [None, None]
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    assert [process.returncode for process in processes] == [0, 0]


def test_a_start_that_was_interrupted_is_finished_by_the_next_one(loaded, tmp_path):
    copy = tmp_path / "var"
    shutil.copytree(loaded[0], copy)
    shutil.rmtree(copy / "index", ignore_errors=True)
    forget_run_and_edition(copy / "ideas.sqlite3")
    with demonstration(copy) as (_process, _port, printed):
        assert "Loading" not in printed
        assert "Finding the clusters…" in printed
    assert len(read_facts("edition", "list", var=copy)) == 1


def forget_run_and_edition(path):
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE campaigns SET current_run_id = NULL")
        connection.execute("DELETE FROM editions")
    connection.close()
