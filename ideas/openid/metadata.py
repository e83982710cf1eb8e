"""What a provider publishes of itself: where its doors are, and its keys; asked for once an hour."""

import time
from collections.abc import Callable
from typing import Any

from joserfc.jwk import KeySet

from ideas.domain.errors import ProviderFailed
from ideas.openid.asking import ProviderClient
from ideas.openid.providers import Provider

KEPT = 3_600  # seconds
DISCOVERY = "/.well-known/openid-configuration"
_kept: dict[tuple[str, str], tuple[float, Any]] = {}


def discover(provider: Provider) -> dict[str, Any]:
    """Return where the doors of a provider are; raises `ProviderFailed`."""

    def ask() -> dict[str, Any]:
        found = ProviderClient(provider).read_json(f"{provider.issuer.rstrip('/')}{DISCOVERY}")
        if found.get("issuer") != provider.issuer:
            raise ProviderFailed(provider.label, "it names another issuer")
        return found

    doors: dict[str, Any] = _once_an_hour(("doors", provider.issuer), ask)
    return doors


def find_keys(provider: Provider, *, anew: bool = False) -> KeySet:
    """Return the keys by which a provider signs, `anew` when one is not among those we know: keys turn."""
    address = find_endpoint(provider, "jwks_uri")
    if anew:
        _kept.pop(("keys", address), None)
    keys: KeySet = _once_an_hour(
        ("keys", address),
        lambda: KeySet.import_key_set(ProviderClient(provider).read_json(address)),  # type: ignore[arg-type]
    )
    return keys


def find_endpoint(provider: Provider, name: str) -> str:
    """Return the address of an endpoint of a provider; raises `ProviderFailed` when it has none."""
    address = discover(provider).get(name)
    if not isinstance(address, str):
        raise ProviderFailed(provider.label, f"it has no {name}")
    return address


def _once_an_hour(key: tuple[str, str], ask: Callable[[], Any]) -> Any:
    known = _kept.get(key)
    if known is None or time.monotonic() - known[0] > KEPT:
        known = _kept[key] = (time.monotonic(), ask())
    return known[1]
