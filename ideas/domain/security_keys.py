"""Security keys, beside the codes of an application: where they work, how many, how they are named."""

from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from ideas.domain.errors import N_, Invalid, RuleBroken, WrongState
from ideas.domain.texts import check_text, clean_text, one_line

MOST_KEYS = 10
LONGEST_KEY_NAME = 60
LONGEST_ANSWER_OF_KEY = 20_000


class KeySite(NamedTuple):
    """The site, as a key knows it: a key answers at the `host` where it was added, and nowhere else."""

    origin: str
    host: str
    name: str


def find_key_site(origin: str, site: str) -> KeySite | None:
    """Return the site as keys know it; None where browsers offer none: an address in numbers, or in the clear.

    >>> find_key_site("https://idees.example:8443", "Idées")
    KeySite(origin='https://idees.example:8443', host='idees.example', name='Idées')
    >>> [find_key_site(one, "") for one in ("http://idees.example", "https://127.0.0.1", "https://[::1]")]
    [None, None, None]
    """
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if parts.scheme != "https" and host != "localhost":
        return None
    try:
        ip_address(host)
    except ValueError:
        return KeySite(f"{parts.scheme}://{parts.netloc}", host, site)
    return None


def check_key_name(typed: str | None) -> str:
    """Return the name of a key as it is kept, or raise `Invalid` beside its field."""
    name = one_line(clean_text(typed))
    if not name:
        raise Invalid({"name": RuleBroken(N_("Nommez cette clé, pour la reconnaître."))})
    try:
        check_text(name, longest=LONGEST_KEY_NAME)
    except RuleBroken as refusal:
        raise Invalid({"name": refusal}) from refusal
    return name


def check_may_add_key(count: int) -> None:
    """Raise `WrongState` for who has as many keys as they may."""
    if count >= MOST_KEYS:
        raise WrongState(N_("Vous avez déjà %(most)s clés : retirez-en une."), most=MOST_KEYS)
