"""What a typed text may contain.

Line ends become LF, the text is composed (NFC) and trimmed. Invisible spacers and byte-order marks are
dropped: nobody means them. Control characters and bidirectional overrides are refused, because a reader
would not see what a moderator saw; emoji and their joiners, accents and every script are welcome. A text in which
nothing can be seen is empty, and marks that are stacked on one letter are cut: they would cover the lines around.
"""

import re
import unicodedata

from ideas.domain.errors import N_, Limited, UnreadableText

_SPACERS = re.compile("[\u200b\u2060\ufeff\u00ad]")
# What mail programs turn into links.
_ADDRESS = re.compile(
    r"\w+://\S+|\bwww\.\S+|[\w.-]+@[\w.-]+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/\S*)?", re.IGNORECASE
)
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


MOST_MARKS = 4  # on one letter: more than any script needs
# A run that is neither letters, digits, spaces nor ASCII: marks stacked on a letter make one, little else does.
_RUN = re.compile(rf"[^\w\s!-~]{{{MOST_MARKS + 1},}}")
# What is a letter or a sign by its kind and yet shows nothing: fillers of Hangul, the blank of braille.
_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0\ufffc]")
_SEEN = ("L", "N", "P", "S")


def clean_text(text: str | None) -> str:
    """Return `text` composed and trimmed, without invisible spacers, "" when nothing of it can be seen.

    Refused characters are kept, to be told of.
    """
    text = (text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    text = _RUN.sub(_cut_marks, unicodedata.normalize("NFC", _SPACERS.sub("", text))).strip()
    return text if _can_be_seen(text) else ""


def _cut_marks(run: re.Match[str]) -> str:
    """Return a run of signs with at most `MOST_MARKS` marks in a row; what joins them does not begin a new row."""
    kept, stacked = [], 0
    for sign in run[0]:
        kind = unicodedata.category(sign)
        stacked = stacked + (kind[0] == "M") if kind[0] == "M" or kind == "Cf" else 0
        if stacked <= MOST_MARKS or kind[0] != "M":
            kept.append(sign)
    return "".join(kept)


def _can_be_seen(text: str) -> bool:
    """Tell whether a text shows anything; one that holds a refused character is told of rather than emptied."""
    if text[:1].isascii() or _REFUSED.search(text):  # what begins by an ASCII character, trimmed, begins by a sign
        return True
    return any(unicodedata.category(sign)[0] in _SEEN for sign in _BLANK.sub("", text))


def without_refused(text: str | None) -> str:
    """Return `text` with every refused character removed: what a form shows again after the refusal."""
    return _REFUSED.sub("", clean_text(text))


def check_text(text: str, *, longest: int) -> None:
    """Raise `UnreadableText` or `Limited` when a cleaned `text` cannot be kept; lengths are in characters."""
    if _REFUSED.search(text):
        raise UnreadableText(
            N_("Ce texte contient des caractères invisibles. Nous les avons retirés : relisez et renvoyez.")
        )
    if len(text) > longest:
        raise Limited(
            N_("Ce texte compte %(length)s caractères ; le maximum est de %(longest)s."),
            length=len(text),
            longest=longest,
        )


def one_line(text: str) -> str:
    """Return `text` with every run of white space made one space, for titles and names."""
    return " ".join(text.split())


def excerpt(text: str, length: int = 200) -> str:
    """Return the beginning of `text` on one line, cut between words, at most `length` characters."""
    line = one_line(text)
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0][: length - 1].rstrip(" ,;:.") + "…"


def without_addresses(text: str) -> str:
    """Return `text` without what a mail program would turn into a link.

    >>> without_addresses("Gagnez sur https://evil.example/a et evil.example : écrivez à a@b.example")
    'Gagnez sur … et … : écrivez à …'
    """
    return _ADDRESS.sub("…", text)


def fold_accents(text: str) -> str:
    """Return `text` in small letters without accents, for comparing what people type.

    >>> fold_accents("Île-de-France, l’Œuvre")
    "ile-de-france, l'oeuvre"
    """
    decomposed = unicodedata.normalize("NFD", text.lower().replace("’", "'").replace("œ", "oe"))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
