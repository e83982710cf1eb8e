"""What happened that matters to security, one line of JSON an event, without address nor where it came from.

Each line names its request: the answer carries the same number in `X-Request-ID`, and so may the log of a proxy.
"""

import json
import logging
import re
import secrets
from enum import StrEnum

from flask import current_app, g, has_request_context, request, session

from ideas.domain.errors import (
    BadProof,
    BadSecondFactor,
    BadSignIn,
    NotAllowed,
    ProofWanted,
    RuleBroken,
    TooOften,
)
from ideas.http.actor import has_session

REQUEST_ID = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = logging.getLogger("ideas.security")


class Event(StrEnum):
    """What is told."""

    SIGNED_IN = "signed_in"
    REFUSED_ACCESS = "refused_access"
    WRONG_CODE = "wrong_code"
    WRONG_SECOND_FACTOR = "wrong_second_factor"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    SECOND_FACTOR_RESET = "second_factor_reset"
    SECURITY_KEY_ADDED = "security_key_added"
    SECURITY_KEY_REMOVED = "security_key_removed"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    RECOVERY_CODE_USED = "recovery_code_used"
    DEAD_LINK = "dead_link"
    PROVIDER_FAILED = "provider_failed"
    PROVIDER_REFUSED = "provider_refused"
    FORGED_FORM = "forged_form"
    THROTTLED = "throttled"
    TRAP = "trap"
    PROOF_ASKED = "proof_asked"
    BAD_PROOF = "bad_proof"


# Which refusals are events.
EVENTS = (
    (ProofWanted, Event.PROOF_ASKED),
    (BadProof, Event.BAD_PROOF),
    (TooOften, Event.THROTTLED),
    (NotAllowed, Event.REFUSED_ACCESS),
    (BadSecondFactor, Event.WRONG_SECOND_FACTOR),
    (BadSignIn, Event.WRONG_CODE),
)


def find_request_id() -> str:
    """Return the number of this request: what a declared proxy gave it, else one of ours."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        given = request.headers.get(REQUEST_ID, "") if current_app.config["IDEAS"].proxies else ""
        g.request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
    return str(g.request_id)


def log_refusal(refusal: RuleBroken) -> None:
    """Log a refusal if it is an event of security."""
    event = next((event for kind, event in EVENTS if isinstance(refusal, kind)), None)
    if event is not None:
        log_event(event)


def log_event(event: Event, **facts: object) -> None:
    """Log one event of this request, or of a command."""
    line = {"event": event, **(_describe_request() if has_request_context() else {}), **facts}
    _log.log(logging.INFO if event is Event.SIGNED_IN else logging.WARNING, json.dumps(line, ensure_ascii=True))


def _describe_request() -> dict[str, object]:
    """Return which request this is. The page is named by its rule: an address may hold a token."""
    person = _find_person() if has_session() else ""
    return {
        "request_id": find_request_id(),
        "method": request.method,
        "page": request.url_rule.rule if request.url_rule else "",
        "person": person or None,
    }


def _find_person() -> str:
    """Return the number of whoever is signed in, or gave a first proof of two."""
    awaited = session.get("awaited", {}).get("person", "")
    return str(session.get("_user_id", awaited)).partition(".")[0]
