"""What a provider signs is believed only as far as its keys go: each claim that is wrong, alone, signs nobody in."""

import base64
import hmac
import json
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from ideas.domain.errors import ProviderFailed
from ideas.openid import metadata
from ideas.openid.flow import Ticket, come_back, leave_for
from ideas.openid.providers import Provider
from tests.factories import now

SECRET = "a secret that the client and the provider share"  # noqa: S105 - of a provider of the tests
BACK = "https://idees.example/connexion/retour/odd"
KEY, OTHER = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})
ELLIPTIC = ECKey.generate_key("P-256", {"kid": "2"})


@pytest.fixture(scope="module")
def liar():
    """A provider that answers what a test says: `liar.token`, `liar.told`, and how it is told; `liar.seen` asks."""
    state = SimpleNamespace(token="", told=b"{}", kind="application/json", keys=[KEY, ELLIPTIC], seen=[])

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            here, port = self.path, self.server.server_port
            state.seen.append(here)
            root = f"http://127.0.0.1:{port}"
            doors = {f"{name}_endpoint": f"{root}/{name}" for name in ("authorization", "token", "userinfo")}
            pages = {
                metadata.DISCOVERY: {"issuer": root, "jwks_uri": f"{root}/keys", **doors},
                "/keys": KeySet(state.keys).as_dict(private=False),
                "/token": {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": state.token},
            }
            kind, body = (state.kind, state.told) if here == "/userinfo" else ("", json.dumps(pages[here]).encode())
            self.send_response(200)
            self.send_header("Content-Type", kind or "application/json")
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    state.issuer = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(liar):
    metadata._kept.clear()
    liar.keys, liar.kind = [KEY, ELLIPTIC], "application/json"
    given = {"client_id": "us", "client_secret": SECRET, "twice_amr": ("mfa",)}
    return Provider(name="odd", label="Étrange", issuer=liar.issuer, **given)


@pytest.fixture
def claims(liar):
    """The claims of a good token, for a round trip whose ticket is `TICKET`."""
    at = int(now().timestamp())
    dates = {"iat": at, "exp": at + 60}
    return {"iss": liar.issuer, "aud": "us", "sub": "nadia", "nonce": TICKET.nonce, "email": "n@example.org", **dates}


TICKET = Ticket.draw()


def sign(claims, key=KEY, alg="RS256", kid="1"):
    return jwt.encode({"alg": alg, "kid": kid}, claims, key, algorithms=[alg])


def walk(provider, liar, token, told=None):
    leave_for(provider, TICKET, BACK)
    liar.token = token
    liar.told = (
        told if isinstance(told, bytes) else json.dumps(told or {"sub": "nadia", "email_verified": True}).encode()
    )
    return come_back(provider, TICKET, BACK, {"state": TICKET.state, "code": "c"}, now=now())


@pytest.mark.parametrize("key, alg, kid", [(KEY, "RS256", "1"), (KEY, "PS256", "1"), (ELLIPTIC, "ES256", "2")])
def test_a_good_token_tells_who_came(provider, liar, claims, key, alg, kid):
    vouched = walk(provider, liar, sign(claims, key, alg, kid))
    assert (vouched.subject, vouched.email, vouched.is_proven_twice) == ("nadia", "n@example.org", False)


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://other.example"},
        {"aud": "somebody else"},
        {"aud": ["us", "them"], "azp": "them"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"iat": 10**11},
        {"sub": None},
        {"sub": "n" * 256},
    ],
    ids=str,
)
def test_one_wrong_claim_is_enough(provider, liar, claims, change):
    changed = {name: value for name, value in (claims | change).items() if value is not None}
    with pytest.raises(ProviderFailed):
        walk(provider, liar, sign(changed), {"sub": changed.get("sub", "nadia"), "email_verified": True})


def unsigned(claims):
    header = jwt.encode({"alg": "RS256"}, {"alg": "none"}, KEY).split(".")[1]  # written as a body is
    return f"{header}.{sign(claims).split('.')[1]}."


def sign_with_public_key(claims):
    """Take what everybody may read for a secret, as a library that trusts the header does; ours refuses to write it."""
    text = sign(claims, OctKey.import_key(SECRET), "HS256").rpartition(".")[0]
    mac = hmac.new(KEY.as_pem(private=False), text.encode(), "sha256").digest()
    return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        lambda claims: sign(claims, OTHER),
        lambda claims: sign(claims, OctKey.import_key(SECRET), "HS256"),
        sign_with_public_key,
        lambda claims: sign(claims)[:-8] + "AAAAAAAA",
        lambda _claims: "",
        lambda _claims: "a.b.c",
    ],
    ids=["none", "other key", "client secret", "public key as secret", "cut", "empty", "noise"],
)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")  # of the forgeries themselves
def test_a_token_that_its_keys_did_not_sign_is_refused(provider, liar, claims, forge):
    with pytest.raises(ProviderFailed):
        walk(provider, liar, forge(claims))


def test_an_algorithm_that_the_file_leaves_out_is_refused(provider, liar, claims):
    with pytest.raises(ProviderFailed):
        walk(replace(provider, algorithms=("ES256",)), liar, sign(claims))


@pytest.mark.parametrize("told", [{"sub": "paul"}, {"email": "p@example.org"}, b"[]", b"<html>"], ids=str)
def test_who_is_told_of_must_be_who_came(provider, liar, claims, told):
    with pytest.raises(ProviderFailed):
        walk(provider, liar, sign(claims), told)


def test_a_signed_answer_is_checked_as_the_token_is(provider, liar, claims):
    liar.kind = "application/jwt; charset=utf-8"
    told = {"iss": liar.issuer, "aud": "us", "sub": "nadia", "email": "n@example.org", "email_verified": True}
    assert walk(provider, liar, sign(claims), sign(told).encode()).email == "n@example.org"
    for forged in (sign(told, OTHER), sign(told | {"aud": "them"}), sign(told | {"sub": "paul"})):
        with pytest.raises(ProviderFailed):
            walk(provider, liar, sign(claims), forged.encode())


@pytest.mark.parametrize("verified, email", [(True, "n@example.org"), (False, ""), (None, ""), ("true", ""), (1, "")])
def test_an_address_counts_once_it_is_said_to_be_verified(provider, liar, claims, verified, email):
    assert walk(provider, liar, sign(claims), {"sub": "nadia", "email_verified": verified}).email == email


@pytest.mark.parametrize("amr, is_proven", [(["pwd", "mfa"], True), (["pwd"], False), ("mfa", False), (None, False)])
def test_a_second_factor_is_believed_from_the_signed_token_alone(provider, liar, claims, amr, is_proven):
    told = {"sub": "nadia", "amr": ["mfa"], "acr": "mfa", "email_verified": True}
    assert walk(provider, liar, sign(claims | {"amr": amr}), told).is_proven_twice is is_proven


def test_keys_that_turned_are_asked_for_again_and_once(provider, liar, claims):
    liar.keys = [OTHER]
    walk(provider, liar, sign(claims, OTHER))
    liar.keys, before = [KEY], liar.seen.count("/keys")
    walk(provider, liar, sign(claims))
    walk(provider, liar, sign(claims))
    assert liar.seen.count("/keys") == before + 1
