"""Where the views of ideas take their addresses."""

from flask import Blueprint

bp = Blueprint("ideas", __name__)
