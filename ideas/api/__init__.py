"""The door for programs: the same questions and acts as the pages, in JSON, under `/api/v1`."""

from flask import Flask, Response, request

from ideas.api import comments, description, ideas, similar

PREFIX = "/api/v1"
READS_BY_POST = (similar.search,)  # they change nothing and know no cookie, so that there is nothing to forge
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def open_api(app: Flask) -> None:
    """Open what programs may ask; the pages are opened before, with what surrounds every answer."""
    for room in (similar, ideas, comments, description):
        app.register_blueprint(room.bp, url_prefix=PREFIX)
    for view in READS_BY_POST:
        app.extensions["csrf"].exempt(view)
    app.after_request(_open_to_all)


def _open_to_all(response: Response) -> Response:
    if request.path.startswith(f"{PREFIX}/"):
        response.headers.update(HEADERS)
    return response
