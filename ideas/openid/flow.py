"""The round trip to a provider: authorisation code, with PKCE, state and nonce, then the claims of both answers.

What the library would draw or check by itself is drawn and checked here: states and nonces of 43 characters (ProConnect
wants 32), a closed list of algorithms, and an answer of the userinfo endpoint that is a signed token, as FranceConnect
and ProConnect give it, or plain.
"""

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from authlib.common.errors import AuthlibBaseError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ideas.domain.errors import N_, BadSignIn, ProviderFailed
from ideas.domain.vouching import Vouched
from ideas.openid.asking import ProviderClient
from ideas.openid.metadata import discover, find_endpoint, find_keys
from ideas.openid.providers import Provider

LEEWAY = 60  # seconds by which two clocks may differ
LONGEST = 255  # of a subject, as the standard says
STRANGE = N_("Cette réponse n’est pas celle qui était attendue : recommencez. Rien n’est perdu.")


GIVEN_UP = N_("Vous n’avez pas terminé la connexion. Rien n’est perdu.")


@dataclass(frozen=True)
class Ticket:
    """What the browser keeps of a round trip under way, to know the answer by."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def draw(cls) -> "Ticket":
        """Return a new one."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    def to_dict(self) -> dict[str, str]:
        """Return what a cookie can hold."""
        return asdict(self)


def leave_for(provider: Provider, ticket: Ticket, redirect_uri: str) -> str:
    """Return the address where somebody proves who they are; raises `ProviderFailed`."""
    more = {"acr_values": provider.acr_values} if provider.acr_values else {}
    address, _state = ProviderClient(provider, redirect_uri).create_authorization_url(
        find_endpoint(provider, "authorization_endpoint"),
        state=ticket.state,
        code_verifier=ticket.verifier,
        nonce=ticket.nonce,
        **more,
    )
    return str(address)


def come_back(
    provider: Provider, ticket: Ticket, redirect_uri: str, answer: Mapping[str, str], *, now: datetime
) -> Vouched:
    """Return who came back, as the provider vouches for them; raises `BadSignIn` or `ProviderFailed`."""
    if not hmac.compare_digest(answer.get("state", "").encode(), ticket.state.encode()):
        raise BadSignIn(STRANGE)
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise BadSignIn(STRANGE)
    if answer.get("error") == "access_denied":
        raise BadSignIn(GIVEN_UP)
    if "code" not in answer:
        raise ProviderFailed(provider.label, _name_error(answer.get("error", "")))
    client = ProviderClient(provider, redirect_uri)
    tokens = _exchange(client, answer["code"], ticket)
    id_token = str(tokens.get("id_token", ""))
    proven = _read_token(provider, id_token, now, nonce=ticket.nonce)
    told = proven | _ask_who(client, proven["sub"], now)
    has_address = provider.vouches_email or told.get("email_verified") is True
    return Vouched(
        issuer=provider.issuer,
        subject=proven["sub"],
        email=str(told.get("email") or "") if has_address else "",
        is_proven_twice=_is_proven_twice(provider, proven),
        id_token=id_token,
    )


def sign_out_of(provider: Provider, id_token: str, after: str) -> str:
    """Return where signing out goes on, so that the next person here is not known there; nothing when nowhere."""
    address = discover(provider).get("end_session_endpoint")
    if not isinstance(address, str):
        return ""
    given = {"id_token_hint": id_token, "post_logout_redirect_uri": after, "state": secrets.token_urlsafe(32)}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(given)}"


def _exchange(client: ProviderClient, code: str, ticket: Ticket) -> Mapping[str, Any]:
    proof = {"code_verifier": ticket.verifier} if client.provider.pkce else {}
    try:
        tokens: Mapping[str, Any] = client.fetch_token(
            find_endpoint(client.provider, "token_endpoint"), grant_type="authorization_code", code=code, **proof
        )
    except AuthlibBaseError as error:  # a code that is too old, or has served: the way back was walked twice
        if getattr(error, "error", "") == "invalid_grant":
            raise BadSignIn(STRANGE) from error
        raise ProviderFailed(client.provider.label, _name_error(str(error.error))) from error
    except ValueError as error:
        raise ProviderFailed(client.provider.label, "it answered something else than JSON") from error
    return tokens


def _name_error(error: str) -> str:
    """Return an error that a provider names as the standards do; what else was said there is not logged."""
    return error if re.fullmatch(r"[a-zA-Z0-9_]{1,40}", error) else "it gave no code"


def _ask_who(client: ProviderClient, subject: str, now: datetime) -> dict[str, Any]:
    """Return what the userinfo endpoint, if there is one, says of whoever came back, signed or plain."""
    provider = client.provider
    if "userinfo_endpoint" not in discover(provider):
        return {}
    response = client.request("GET", find_endpoint(provider, "userinfo_endpoint"))
    if response.status_code != 200:
        raise ProviderFailed(provider.label, f"it answered {response.status_code}")
    if response.headers.get("Content-Type", "").startswith("application/jwt"):
        told = _read_token(provider, response.text.strip(), now)
    else:
        try:
            told = response.json()
        except ValueError as error:
            raise ProviderFailed(provider.label, "it answered something else than JSON") from error
    if not isinstance(told, dict) or told.get("sub") != subject:
        raise ProviderFailed(provider.label, "it told of somebody else")
    return told


def _read_token(provider: Provider, token: str, now: datetime, *, nonce: str = "") -> dict[str, Any]:
    """Return the claims of a token that the provider signed for us; that of an identity is dated, with our nonce."""
    asked: dict[str, Any] = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
    }
    if nonce:
        asked |= {"exp": {"essential": True}, "iat": {"essential": True}, "nonce": {"essential": True, "value": nonce}}
    rules = jwt.JWTClaimsRegistry(now=int(now.timestamp()), leeway=LEEWAY, **asked)
    try:
        claims = dict(_decode(provider, token).claims)
        rules.validate(claims)
    except (JoseError, ValueError) as error:
        raise ProviderFailed(provider.label, f"its token is not good: {type(error).__name__}") from error
    if claims.get("azp", provider.client_id) != provider.client_id or len(claims["sub"]) > LONGEST:
        raise ProviderFailed(provider.label, "its token is for somebody else")
    return claims


def _decode(provider: Provider, token: str) -> jwt.Token:
    try:
        return _check(provider, token, find_keys(provider))
    except (JoseError, ValueError):
        return _check(provider, token, find_keys(provider, anew=True))


def _check(provider: Provider, token: str, keys: KeySet) -> jwt.Token:
    return jwt.decode(token, keys, algorithms=list(provider.algorithms))


def _is_proven_twice(provider: Provider, claims: Mapping[str, Any]) -> bool:
    """Tell whether the provider asked for a second factor, by what was said to mean that: signed, never plain."""
    methods = claims.get("amr")
    known = methods if isinstance(methods, list) else []
    return claims.get("acr") in provider.twice_acr or bool(set(provider.twice_amr) & set(map(str, known)))
