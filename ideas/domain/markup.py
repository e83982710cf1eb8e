"""The text that a reader saw, out of the markup that another system kept it in.

Only what is surely markup goes: a tag of HTML, with attributes written as HTML writes them, and an entity that has a
name. `a < b`, `R&D` and `<à définir>` are what somebody typed, and stay. What was encoded twice is decoded twice.
"""

import html
import re
from html.entities import html5

_ROUNDS = 3
# A text of more than that is refused by its length anyway.
_LONGEST = 200_000
_LINES = (
    "address article aside blockquote br caption dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hr li main nav ol option p pre section summary table tbody tfoot thead tr ul"
)
_CELLS = "td th"
_INSIDE = (
    "a abbr acronym b bdi bdo big button center cite code col colgroup data del dfn em font i iframe img input ins kbd "
    "label legend link mark meta picture q s samp select small source span strike strong sub sup time tt u var video "
    "audio wbr body html head o:p"
)
_UNSEEN = "script style title template noscript svg object"
_BARE = "allowfullscreen async checked controls defer disabled download hidden loop muted nofollow open reversed"

_NAMES = "|".join(sorted(f"{_LINES} {_CELLS} {_INSIDE} {_UNSEEN}".split(), key=len, reverse=True))
_ATTRIBUTE = rf"""\s+(?:[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=]+)|(?:{"|".join(_BARE.split())})(?=[\s/>]))"""
_TAG = re.compile(rf"<(?P<end>/?)(?P<name>{_NAMES})(?:{_ATTRIBUTE})*\s*/?>", re.IGNORECASE)
_OPENING = re.compile(rf"<!--|<(?P<name>{'|'.join(_UNSEEN.split())})(?:{_ATTRIBUTE})*\s*>", re.IGNORECASE)
_BREAK = re.compile(
    rf"</?(?:{'|'.join(sorted(_LINES.split(), key=len, reverse=True))})(?:{_ATTRIBUTE})*\s*/?>", re.IGNORECASE
)
_BREAKS = re.compile(rf"\s*(?:{_BREAK.pattern}\s*)+", re.IGNORECASE)
# Entities that HTML reads without their semicolon. The letters are unmistakable, even in the middle of a word; the
# others are also words and names of parameters (`&copy=2`), and count only when nothing follows.
_BARE_NAMES = [name for name in html5 if not name.endswith(";")]
_IS_LETTER = re.compile("[A-Za-z]{1,2}(?:acute|grave|circ|uml|cedil|tilde|ring|lig|slash)")
_LETTERS = "|".join(name for name in _BARE_NAMES if _IS_LETTER.fullmatch(name))
_SIGNS = "|".join(name for name in _BARE_NAMES if not _IS_LETTER.fullmatch(name))
_ENTITY = re.compile(
    rf"&(?:#[0-9]{{2,7}};?|#[xX][0-9a-fA-F]{{2,6}};?|[A-Za-z][A-Za-z0-9]{{1,31}};|(?:{_LETTERS})|(?:{_SIGNS})(?![\w=]))"
)
# A no-break space is typography before these and after « ; elsewhere an editor left it in place of a space.
_LOOSE = re.compile("(?<!«)\xa0(?![:;!?»%€])")


def read_markup(text: str) -> str:
    r"""Return `text` as a reader saw it: tags gone, paragraphs and items of lists as lines, entities decoded.

    >>> read_markup("<p>L&#39;eau&nbsp;:</p><ul><li>a &lt; b</li><li>R&D</li></ul>")
    "L'eau\xa0:\na < b\nR&D"
    """
    if len(text) > _LONGEST or not ("<" in text or "&" in text):
        return text
    for _ in range(_ROUNDS):
        read = _decode(_without_tags(text))
        if read == text:
            break
        text = read
    return text


def _without_tags(text: str) -> str:
    if "<" not in text:
        return text
    text = _without_hidden(text)
    if not _TAG.search(text):
        return text
    has_lines = _BREAK.search(text) is not None
    if has_lines:  # where tags make the lines, those of the source are only spaces
        text = re.sub("[ \t\r\n]+", " ", text)
    text = _BREAKS.sub(_break, _TAG.sub(_replace, text))
    return "\n".join(re.sub("[ \t]+", " ", line).strip(" ") for line in text.split("\n")).strip("\n")


def _without_hidden(text: str) -> str:
    """Take out comments and what is code, whole; one that never ends takes nothing away."""
    kept, place, endless = [], 0, set()
    while opening := _OPENING.search(text, place):
        name = (opening["name"] or "").lower()
        closing = None
        if name not in endless:
            closing = re.compile(f"</{name}\\s*>" if name else "-->", re.IGNORECASE).search(text, opening.end())
        if closing is None:
            endless.add(name)
        kept.append(text[place : opening.start() if closing else opening.end()])
        place = closing.end() if closing else opening.end()
    return "".join([*kept, text[place:]])


def _replace(tag: re.Match[str]) -> str:
    name = tag["name"].lower()
    if name in _LINES.split():
        return tag[0]
    return " " if name in _CELLS.split() else ""


def _break(tags: re.Match[str]) -> str:
    return "\n\n" if len(re.findall("<br", tags[0], re.IGNORECASE)) > 1 else "\n"


def _decode(text: str) -> str:
    if "&" not in text:
        return text
    decoded = _ENTITY.sub(_decode_one, text)
    return decoded if decoded == text else _LOOSE.sub(" ", decoded)


def _decode_one(entity: re.Match[str]) -> str:
    written = entity[0]
    return html.unescape(written if written.endswith(";") else f"{written};")
