"""A living demonstration for the browser, started by the very command that a newcomer types."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROLES = ("contributor", "moderator", "owner")
PATIENCE = 150  # seconds: the first clustering compiles its kernels, on machines that may be busy


@dataclass(frozen=True)
class Site:
    """Where it answers, the one-time sign-in links that it printed, by role, and all that it printed since."""

    address: str
    links: dict
    log: Path

    def find_code(self, email):
        """Return the digits of the last mail to an address, once the worker has sent it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            mails = self.log.read_text().split("--- Mail for ")
            if codes := [re.search(r"\b\d{6}\b", mail) for mail in mails if mail.startswith(email)]:
                return codes[-1][0]
            time.sleep(0.1)
        raise AssertionError(f"no mail to {email}")


@contextmanager
def demonstration(var):
    """Serve the demonstration from the folder `var` on a free port, and stop it afterwards."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {name: value for name, value in os.environ.items() if not name.startswith("IDEAS_")}
    settings |= {"IDEAS_VAR": str(var / "var"), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    log = var / "demonstration.log"
    command = [Path(sys.executable).with_name("ideas"), "demo"]
    with log.open("w") as output:
        server = subprocess.Popen(command, env=settings, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield Site(address, dict(zip(ROLES, _wait(server, log, address), strict=True)), log)
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def sign_in(browser, site, role):
    """Follow the link of `role`, press its button, and return what the browser then remembers."""
    context = browser.new_context(base_url=site.address)
    page = context.new_page()
    page.goto(site.links[role])
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    remembered = context.storage_state()
    context.close()
    return remembered


def _wait(server, log, address):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, f"the demonstration stopped:\n{log.read_text()}"
        links = re.findall(rf"{address}/\S+", log.read_text())
        if len(links) >= len(ROLES) and _answers(address):
            return links[-len(ROLES) :]
        time.sleep(0.2)
    raise AssertionError(f"the demonstration is not ready after {PATIENCE} s:\n{log.read_text()}")


def _answers(address):
    try:
        return urllib.request.urlopen(f"{address}/sante/pret", timeout=5).status == 200  # noqa: S310 - our own
    except OSError:
        return False


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
