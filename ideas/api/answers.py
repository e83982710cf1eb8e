"""Answers in JSON."""

import json
from collections.abc import Mapping

from flask import Response

from ideas.http.etag import tag


def answer(content: Mapping[str, object]) -> Response:
    """Return `content`, or 304 when the program has it. No session is ever read here, so that caches may keep it."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
    return tag(Response(body, mimetype="application/json"))
