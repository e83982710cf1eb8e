"""A proof of work, asked of a form only when a signal asks: made and verified by ALTCHA, by its second protocol.

What a browser brings is a challenge that we signed, with the number that meets it; a browser that works nothing out
brings the challenge alone, and is heard once its wait is over. Nothing is kept of a challenge until it is met.
"""

import hashlib
import hmac
import json
import secrets
from base64 import b64decode, b64encode
from datetime import UTC, datetime

from altcha import Challenge, Payload, Solution, create_challenge, verify_solution

from ideas.domain.errors import BadProof
from ideas.domain.proofs import (
    COST,
    EXPIRED,
    FEWEST,
    LIFETIME,
    LIKE_PROGRAM,
    MANY_ALL,
    MOST,
    NOT_OURS,
    OF_ANOTHER_FORM,
    TOO_SOON,
    WAIT,
    WRONG,
    Brought,
    Proof,
    Unproven,
    check_proven,
)
from ideas.http.clock import now
from ideas.http.floods import is_flooded
from ideas.http.secret_key import read_secret_key

LONGEST = 2_000  # characters: ours are about a thousand


def check_proof(form: str, sent: str, *, is_trapped: bool) -> Brought:
    """Return what a form brought, for its act to spend; raises `BadProof`, or `ProofWanted` when a signal asks for one.

    The signals are a trap that was filled in and a flood of such forms; the act adds its own limits.
    """
    is_flood = is_flooded(form)
    brought = read_proof(sent, form) if sent else Unproven()
    for is_asked, why in ((is_trapped, LIKE_PROGRAM), (is_flood, MANY_ALL)):
        if is_asked:
            check_proven(brought, why)
    return brought


def make_challenge(form: str) -> str:
    """Return a challenge for a form, signed, as the page carries it."""
    challenge = create_challenge(
        "PBKDF2/SHA-256",
        COST,
        counter=FEWEST + secrets.randbelow(MOST - FEWEST),
        expires_at=now() + LIFETIME,
        data={"form": form, "waits_until": int((now() + WAIT).timestamp())},
        hmac_secret=_find_secret(),
    )
    return b64encode(json.dumps({"challenge": challenge.to_dict()}).encode()).decode()


def read_proof(sent: str, form: str) -> Proof:
    """Return the proof that a form brought; raises `BadProof` with what is wrong with it."""
    payload, is_solved = _read_payload(sent)
    data = _check(payload, form, is_solved=is_solved)
    seconds = data["waits_until"] - now().timestamp()
    if not is_solved and seconds > 0:
        raise BadProof(TOO_SOON, is_early=True, seconds=int(seconds) + 1)
    parameters = payload.challenge.parameters
    return Proof(str(payload.challenge.signature), datetime.fromtimestamp(parameters.expires_at or 0, UTC))


def _read_payload(sent: str) -> tuple[Payload, bool]:
    """Return what was sent, and whether a number came with it."""
    try:
        told = json.loads(b64decode(sent[:LONGEST], validate=True))
        solved = told.get("solution")
        solution = Solution.from_dict(solved) if solved else Solution(0, "")
        return Payload(Challenge.from_dict(told["challenge"]), solution), bool(solved)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadProof(NOT_OURS) from None


def _check(payload: Payload, form: str, *, is_solved: bool) -> dict[str, int]:
    """Return what we had written in a challenge; raises `BadProof` unless it is ours, alive, of this form, and met."""
    ends_at = payload.challenge.parameters.expires_at
    if not isinstance(ends_at, int) or ends_at < now().timestamp():
        raise BadProof(EXPIRED)
    result = verify_solution(payload, _find_secret())
    if result.invalid_signature or result.expired:
        raise BadProof(EXPIRED if result.expired else NOT_OURS)
    data = payload.challenge.parameters.data or {}
    if data["form"] != form:
        raise BadProof(OF_ANOTHER_FORM)
    if is_solved and not result.verified:
        raise BadProof(WRONG)
    return data


def _find_secret() -> bytes:
    return hmac.new(read_secret_key().encode(), b"proof of work", hashlib.sha256).digest()
