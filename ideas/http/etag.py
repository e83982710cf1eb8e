"""Answers that a reader already has are not sent again: a tag of the content, checked at each visit."""

import hashlib

from flask import Response, make_response, request

from ideas.http.actor import has_session

HTML = "text/html; charset=utf-8"


def fresh(page: str, kind: str = HTML) -> Response:
    """Return `page`, or 304 when this reader has it; nothing is kept of what somebody signed in sees."""
    response = make_response(page)
    response.headers["Content-Type"] = kind
    return response if has_session() else tag(response)


def tag(response: Response) -> Response:
    """Give an answer the tag of its content, and turn it into a 304 when the reader has it."""
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
