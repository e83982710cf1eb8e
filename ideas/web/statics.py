"""Files of ours under names that carry their hash, so that a browser keeps them for ever."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, abort, send_from_directory
from flask.typing import ResponseReturnValue

from ideas.config import ROOT

HASH_LENGTH = 10


def open_statics(app: Flask) -> None:
    """Serve `static/` (and a theme's own) at `/static/<hash>/<name>`."""
    folders = [ROOT / "static"]
    theme = app.config["IDEAS"].theme
    if theme:
        folders.insert(0, Path(theme).absolute() / "static")
    found = {
        path.relative_to(folder).as_posix(): (folder, _hash(path))
        for folder in reversed(folders)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in found:
            values["version"] = found[values["filename"]][1]

    @app.get("/static/<version>/<path:filename>", endpoint="static")
    def static(version: str, filename: str) -> ResponseReturnValue:
        if filename not in found:
            abort(404)
        folder, current = found[filename]
        kept = 31_536_000 if version == current else 0
        response = send_from_directory(folder, filename, max_age=kept)
        if kept:
            response.cache_control.immutable = True
        return response

    static.guard = "public"  # type: ignore[attr-defined]
    app.extensions["theme_stylesheets"] = [
        path.relative_to(folders[0]).as_posix() for path in sorted(folders[0].rglob("*.css")) if theme
    ]


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_LENGTH]
