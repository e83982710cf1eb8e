"""The one spelling of a mail address: what is compared, what is stored, and what a mail server is given.

Domains with letters beyond ASCII have two rules, and `ß` or a final `ς` is another domain under each: the one of 2008
is followed, here alone, so that a link never goes to a domain that nobody checked.
"""

import idna
from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from ideas.domain.errors import N_, RuleBroken


def spell_address(typed: str | None) -> str:
    """Return a typed address as it is compared and stored; raises `RuleBroken` when no mail can go to it as written."""
    try:
        found = _read((typed or "").strip())
        spelled = found.normalized.lower()
        again = _read(spelled)
    except EmailNotValidError:
        raise RuleBroken(N_("Donnez une adresse électronique complète, comme nom@exemple.fr.")) from None
    if again.normalized != spelled or again.ascii_domain != found.ascii_domain:
        raise RuleBroken(N_("Cette adresse ne s’écrit pas comme elle se lit : donnez-en une autre."))
    return spelled


def write_for_servers(spelled: str) -> str:
    """Return a stored address with its domain in ASCII, as every mail server reads it."""
    local, _, domain = spelled.rpartition("@")
    return spelled if domain.isascii() else f"{local}@{idna.encode(domain, uts46=True).decode()}"


def _read(address: str) -> ValidatedEmail:
    # Whether mail arrives there is proved by the link, not by asking the network.
    return validate_email(address, check_deliverability=False)
