"""Subjects as everybody sees them."""

from ideas.web.subjects.views import bp

__all__ = ["bp"]
