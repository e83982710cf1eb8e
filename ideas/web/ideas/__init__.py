"""Ideas: the list, one idea, writing one, supporting it."""

from ideas.web.ideas import correcting, listing, near, picture, reading, reporting, uses, voting, writing
from ideas.web.ideas.blueprint import bp

__all__ = ["bp", "correcting", "listing", "near", "picture", "reading", "reporting", "uses", "voting", "writing"]
