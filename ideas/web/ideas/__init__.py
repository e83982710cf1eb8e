"""Ideas: the list, one idea, writing one, supporting it."""

from ideas.web.ideas import (
    comments,
    correcting,
    history,
    listing,
    near,
    picture,
    reading,
    reporting,
    uses,
    voting,
    writing,
)
from ideas.web.ideas.blueprint import bp

__all__ = [
    "bp",
    "comments",
    "correcting",
    "history",
    "listing",
    "near",
    "picture",
    "reading",
    "reporting",
    "uses",
    "voting",
    "writing",
]
