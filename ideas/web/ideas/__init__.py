"""Ideas: the list, one idea, writing one, supporting it."""

from ideas.web.ideas import correcting, near, picture, reading, voting, writing
from ideas.web.ideas.blueprint import bp

__all__ = ["bp", "correcting", "near", "picture", "reading", "voting", "writing"]
