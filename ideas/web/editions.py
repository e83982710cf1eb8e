"""The open data: editions, their files, what each column means."""

from typing import Any

from flask import Blueprint, current_app, g, render_template, send_from_directory

from ideas.actions.editions import edition_folder
from ideas.exports.tables import TABLES
from ideas.store import queries
from ideas.web.actor import public
from ideas.web.errors import found
from ideas.web.frame import find_campaign
from ideas.web.fresh import fresh

bp = Blueprint("editions", __name__)

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "zip": "application/zip",
}


@bp.get("/donnees")
@public
def index() -> Any:
    """Every edition of this campaign with its files, and the data dictionary."""
    g.current = "donnees"
    campaign = find_campaign()
    editions = queries.list_editions(campaign.id) if campaign else []
    return fresh(render_template("editions/index.html", editions=editions, tables=TABLES))


@bp.get("/donnees/<slug>/<number:number>/<name>")
@public
def download(slug: str, number: int, name: str) -> Any:
    """One file of an edition; it never changes, so it may be kept for ever."""
    edition = found(queries.find_edition(slug, number))
    file = found(edition.files.get(name))
    ending = name.rpartition(".")[2]
    response = send_from_directory(
        edition_folder(current_app.config["IDEAS"].var, slug, number).absolute(),
        name,
        mimetype=KINDS.get(ending, "text/plain; charset=utf-8"),
        as_attachment=ending in ("csv", "jsonl", "zip"),
        etag=file["sha256"],
        max_age=31_536_000,
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
