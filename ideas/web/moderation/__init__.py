"""Moderation: what waits, what was decided, and what can be undone."""

from ideas.web.moderation import uses
from ideas.web.moderation.views import bp

__all__ = ["bp", "uses"]
