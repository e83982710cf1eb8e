"""What is installed, in one word: two processes agree on it, and a new version changes the tag of every page."""

import hashlib
from pathlib import Path

from flask import Flask

from ideas.config import ROOT

SHOWN = ("site_name", "origin", "contact", "publisher", "host_provider", "theme", "proxies", "demo")
FOLDERS = ("ideas", "templates", "static")
KINDS = (".py", ".mo", ".html", ".css", ".js", ".svg", ".json")


def open_installed(app: Flask) -> None:
    """Note what pages are made of beside the database: code, templates, sentences, files, and the settings shown."""
    config = app.config["IDEAS"]
    told = hashlib.sha256(repr([getattr(config, name) for name in SHOWN]).encode())
    folders = [ROOT / name for name in FOLDERS] + ([Path(config.theme)] if config.theme else [])
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in KINDS and path.is_file():
                told.update(f"\0{path.relative_to(folder)}\0".encode() + path.read_bytes())
    app.extensions["installed"] = told.hexdigest()
