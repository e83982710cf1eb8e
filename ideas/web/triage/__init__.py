"""Triage: what reviewers see of subjects, what a run proposes, and what they decide."""

from ideas.web.triage import acts, alone, cutting, holding, pairs, proposals, runs, second_reading, views, waves  # noqa: F401 - each adds its pages
from ideas.web.triage.blueprint import bp

__all__ = ["bp"]
