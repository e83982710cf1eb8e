"""What a program asks, read from the address or from a body in JSON or as a form; what nobody declared is refused."""

import re
from collections.abc import Collection, Mapping

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from ideas.domain.errors import N_, RuleBroken
from ideas.domain.texts import clean_text, without_refused

EVERYWHERE = ("lang",)
_NUMBER = re.compile("[0-9]{1,10}")


def read_values(known: Collection[str]) -> Mapping[str, object]:
    """Return what was asked, by name; raises `RuleBroken` on a name that is not `known`."""
    values = request.args.to_dict() if request.method != "POST" else {**request.args.to_dict(), **_read_body()}
    if unknown := sorted(values.keys() - known - {*EVERYWHERE}):
        raise RuleBroken(
            N_("« %(name)s » est inconnu ici ; on peut donner : %(known)s."),
            name=without_refused(unknown[0])[:40],
            known=", ".join(known),
        )
    return values


def read_text(values: Mapping[str, object], name: str) -> str:
    """Return a text without what a reader would not see, nothing when it was not given."""
    text = values.get(name, "")
    if not isinstance(text, str):
        raise RuleBroken(N_("« %(name)s » doit être un texte."), name=name)
    return clean_text(without_refused(text))


def read_number(values: Mapping[str, object], name: str, *, usual: int, most: int) -> int:
    """Return a whole number from 1 to `most`, `usual` when it was not given."""
    given = values.get(name, usual)
    if isinstance(given, str) and _NUMBER.fullmatch(given):
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= most:
        raise RuleBroken(N_("« %(name)s » doit être un nombre entier de 1 à %(most)s."), name=name, most=most)
    return given


def _read_body() -> Mapping[str, object]:
    if not request.is_json:
        if request.content_length and request.mimetype not in (
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        ):
            raise UnsupportedMediaType
        return request.form.to_dict()
    try:
        body = request.get_json()
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise RuleBroken(N_("Le corps de la demande doit être un objet JSON."))
    return body
