"""The real OpenID provider of the tests, in a process of its own, and a browser that goes through its page."""

import subprocess
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import requests

from ideas.config import UNCONFIGURED
from tests.browser.node import find_node
from tests.servers import free_port

CLIENTS = ("plain", "signed", "vouching", "posting")
SCRIPT = Path(__file__).with_name("provider.mjs")


@contextmanager
def running_provider(origin=UNCONFIGURED):
    """Give the issuer of a provider that knows the site at `origin`, until the end of the block."""
    port = free_port()
    words = [str(port), f"{origin}/connexion/retour/NAME", f"{origin}/"]
    with subprocess.Popen([find_node(), SCRIPT, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            said = b""
            while not said.endswith(b"ready\n"):
                line = process.stdout.readline()
                assert line, f"the provider does not start: {said.decode()}"
                said += line
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def write_settings(path, issuer):
    """Write the file of an installation that knows every client of the provider."""
    special = {
        "posting": 'token_auth = "client_secret_post"\npkce = false\n',
        "vouching": 'acr_values = "twice"\ntwice_acr = ["twice"]\ntwice_amr = ["mfa"]\n',
        "signed": "vouches_email = true\n",
    }
    tables = [
        f'[{name}]\nlabel = "Agent {name}"\nissuer = "{issuer}"\nclient_id = "{name}"\n'
        f'client_secret = "{name}-secret-of-the-tests"\n{special.get(name, "")}'
        for name in CLIENTS
    ]
    path.write_text("\n".join(tables))
    return str(path)


class Elsewhere:
    """A browser at the provider: whoever it is proves it, or gives up, and is sent back to us."""

    def __init__(self):
        self.session = requests.Session()

    def prove(self, address, **given):
        """Fill in the page of the provider; return where it sends back, as our browser would ask for it."""
        answer = self.session.get(address, timeout=10, allow_redirects=False)
        while not answer.headers.get("Location", "").startswith(UNCONFIGURED):
            if answer.is_redirect:
                where = requests.compat.urljoin(answer.url, answer.headers["Location"])
                answer = self.session.get(where, timeout=10, allow_redirects=False)
            else:
                assert "<form" in answer.text, answer.text
                answer = self.session.post(answer.url, data=given, timeout=10, allow_redirects=False)
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"
