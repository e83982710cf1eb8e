"""The OpenID Connect providers of an installation, as its file says them: read at start, without the libraries."""

import re
import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ideas.config import BadSetting

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
# Signed by a key that only the provider has: who reads the client's secret signs nothing.
ALGORITHMS = ("RS256", "PS256", "ES256")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Provider:
    """One provider: a table of the file, named as its addresses here are, whose keys are these."""

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str
    scopes: str = "openid email"
    vouches_email: bool = False
    pkce: bool = True
    token_auth: str = "client_secret_basic"  # noqa: S105 - how the secret is sent, not the secret
    algorithms: tuple[str, ...] = ALGORITHMS
    acr_values: str = ""
    twice_acr: tuple[str, ...] = ()
    twice_amr: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise BadSetting(f"IDEAS_OPENID: “{self.name}” should be of small letters, digits and hyphens.")
        issuer = urlsplit(self.issuer)
        if issuer.scheme != "https" and issuer.hostname not in LOOPBACK:
            raise BadSetting(f"IDEAS_OPENID: the issuer of {self.name} should begin with https://.")
        if unknown := set(self.algorithms) - set(ALGORITHMS):
            known = ", ".join(ALGORITHMS)
            raise BadSetting(f"IDEAS_OPENID: {self.name} names {', '.join(sorted(unknown))}: {known} can be checked.")


def read_providers(path: str) -> dict[str, Provider]:
    """Return the providers of a file by name, none when there is no file; raises `BadSetting` in one clear sentence."""
    if not path:
        return {}
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadSetting(f"IDEAS_OPENID: {path} cannot be read: {error}.") from None
    return {name: _read(name, table) for name, table in tables.items()}


def _read(name: str, table: Any) -> Provider:
    known = {one.name: one for one in fields(Provider) if one.name != "name"}
    if not isinstance(table, dict):
        raise BadSetting(f"IDEAS_OPENID: {name} means nothing here: a provider is a table, [{name}].")
    if unknown := table.keys() - known:
        raise BadSetting(f"IDEAS_OPENID: {name} says {', '.join(sorted(unknown))}, which means nothing here.")
    if missing := {key for key, one in known.items() if one.default is MISSING} - table.keys():
        raise BadSetting(f"IDEAS_OPENID: {name} does not say its {', '.join(sorted(missing))}.")
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    for key, value in given.items():
        expected = str if known[key].default is MISSING else type(known[key].default)
        if not isinstance(value, expected):
            raise BadSetting(f"IDEAS_OPENID: {key} of {name} should be written as docs/operator.md shows.")
    return Provider(name=name, **given)
