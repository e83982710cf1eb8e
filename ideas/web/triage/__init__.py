"""Triage: reviewers correct and confirm clusters."""

from ideas.web.triage.views import bp

__all__ = ["bp"]
