"""French spaces where words are shown: in what was typed, in our own sentences, in marked up text between its tags."""

import re
from functools import lru_cache

from markupsafe import Markup

from ideas.domain import typography
from ideas.http.languages import find_language

_TAG = re.compile(r"(<[^>]*>)")
_LITERAL = re.compile(r"<(/?)(code|pre|kbd|textarea|script|style|title)\b", re.IGNORECASE)


def typeset(text: str, language: str = "") -> str:
    """Return `text`, of that language or of the page's, with its French spaces; what is marked up stays so.

    A sentence that is translated when it is shown (`_l`) is taken for what it then says.
    """
    if (language or find_language()) != "fr":
        return text
    if isinstance(text, Markup):
        return _typeset_markup(text)
    return typography.typeset(str(text))


@lru_cache(maxsize=1_024)
def _typeset_markup(text: Markup) -> Markup:
    """Return a marked up text typeset between its tags, but in what is to be typed or copied."""
    parts, within = _TAG.split(str(text)), 0
    for place, part in enumerate(parts):
        if place % 2:
            if found := _LITERAL.match(part):
                within += -1 if found[1] else 1
        elif not within:
            parts[place] = typography.typeset(part)
    return Markup("".join(parts))  # noqa: S704 - only spaces between tags have changed
