"""Where the pages of moderators are gathered."""

from flask import Blueprint

bp = Blueprint("moderation", __name__)
