"""Moderation: what waits, what was decided, and what can be undone."""

from ideas.web.moderation import asking, comments, edits, merging, redacting, several, uses, views  # noqa: F401 - each adds its pages
from ideas.web.moderation.blueprint import bp

__all__ = ["bp"]
