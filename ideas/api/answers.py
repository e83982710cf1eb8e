"""Answers in JSON, with a tag of their content: who has them already is told so."""

import hashlib
import json
from typing import Any

from flask import Response, request


def answer(content: dict[str, Any]) -> Response:
    """Answer `content`, or 304 when the program has it. No session is ever read here, so that caches may keep it."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
    response = Response(body, mimetype="application/json")
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
