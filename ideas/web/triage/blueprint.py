"""Where the pages of triage are gathered."""

from flask import Blueprint

bp = Blueprint("triage", __name__)
