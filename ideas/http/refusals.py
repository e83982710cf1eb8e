"""What a refusal is over HTTP: the only place that knows what a 409 is."""

from typing import TypeVar

from flask_babel import gettext

from ideas.domain.errors import (
    Gone,
    Invalid,
    Limited,
    NotAllowed,
    NotFound,
    ProviderFailed,
    RefusedAmongSeveral,
    RuleBroken,
    TooOften,
    WrongState,
)

Thing = TypeVar("Thing")

STATUSES = (
    (Invalid, 400),
    (Limited, 429),
    (NotAllowed, 403),
    (NotFound, 404),
    (Gone, 410),
    (WrongState, 409),
    (ProviderFailed, 502),
    (RuleBroken, 400),
)


def status_of(refusal: RuleBroken) -> int:
    """Return the HTTP status of a refusal."""
    return next(code for kind, code in STATUSES if isinstance(refusal, kind))


def headers_of(refusal: RuleBroken) -> dict[str, str]:
    """Return what the headers of a refusal say: when to try again."""
    return {"Retry-After": str(int(refusal.wait.total_seconds()))} if isinstance(refusal, TooOften) else {}


def say(refusal: RuleBroken) -> str:
    """Return the sentence of a refusal in the reader's language."""
    facts = {name: gettext(fact) if isinstance(fact, str) else fact for name, fact in refusal.facts.items()}
    return gettext(refusal.message) % facts if facts else gettext(refusal.message)


def say_each(refusal: RuleBroken) -> list[str]:
    """Return the sentences of a refusal: one for each thing, with its number, when the act was about several."""
    if not isinstance(refusal, RefusedAmongSeveral):
        return [say(refusal)]
    return [gettext("n° %(number)s : %(why)s", number=number, why=say(one)) for number, one in refusal.refusals.items()]


def found(thing: Thing | None) -> Thing:
    """Return `thing`, or answer 404: the same for what is hidden and for what never was."""
    if thing is None:
        raise NotFound("Cette page n’existe pas ou n’est plus en ligne.")
    return thing
