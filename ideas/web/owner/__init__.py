"""The owner's side: campaigns and their texts, opening and closing, roles, words that must go out of the register."""

from ideas.web.owner import acts, campaigns, importing, roles, sealing  # noqa: F401 - each adds its pages
from ideas.web.owner.blueprint import bp

__all__ = ["bp"]
