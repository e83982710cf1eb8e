"""Pages that a reader already has are not sent again: a tag of the content, checked at each visit."""

import hashlib

from flask import Response, make_response, request

from ideas.web.actor import has_session


def fresh(page: str, kind: str = "text/html; charset=utf-8") -> Response:
    """Answer `page`, or 304 when this reader has it; nothing is kept of what somebody signed in sees."""
    response = make_response(page)
    response.headers["Content-Type"] = kind
    if has_session():
        return response
    response.set_etag(hashlib.sha256(page.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
