"""Answers that a reader already has are not sent again, nor even made when all that they are made of is the same."""

import hashlib
from collections.abc import Callable

from flask import Response, current_app, make_response, request

from ideas.http.actor import has_session

HTML = "text/html; charset=utf-8"


def make_conditional(page: str, kind: str = HTML) -> Response:
    """Return `page`, or 304 when this reader has it; nothing is kept of what somebody signed in sees."""
    response = make_response(page)
    response.headers["Content-Type"] = kind
    return response if has_session() else tag(response)


def asks_again() -> bool:
    """Tell whether a reader says what they already have: it may then be worth looking at less, first."""
    return bool(request.if_none_match) and not has_session()


def make_conditional_on(facts: object, draw: Callable[[], str], kind: str = HTML) -> Response:
    """Return the page that `draw` makes of `facts`, or 304 when this reader has the page of the same facts.

    The facts are all that the page depends on beside its address and what is installed. They were read before anything
    else: a change that came meanwhile is at worst shown under the tag of the moment before, and asked for again.
    """
    if has_session():
        response = make_response(draw())
        response.headers["Content-Type"] = kind
        return response
    made_of = repr((current_app.extensions["installed"], request.full_path, facts))
    known = hashlib.sha256(made_of.encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(known):
        return _keep(Response(status=304), known)
    response = make_response(draw())
    response.headers["Content-Type"] = kind
    return _keep(response, known)


def tag(response: Response) -> Response:
    """Give an answer the tag of its content, and turn it into a 304 when the reader has it."""
    _keep(response, hashlib.sha256(response.get_data()).hexdigest()[:32]).make_conditional(request)
    return response


def _keep(response: Response, known: str) -> Response:
    response.set_etag(known)
    response.headers["Cache-Control"] = "no-cache"
    return response
