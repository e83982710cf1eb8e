"""What a typed text may contain.

Line ends become LF, the text is composed (NFC) and trimmed. Invisible spacers and byte-order marks are
dropped: nobody means them. Control characters and bidirectional overrides are refused, because a reader
would not see what a moderator saw; emoji and their joiners, accents and every script are welcome.
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


def clean_text(text: str | None) -> str:
    """Return `text` composed and trimmed, without invisible spacers; refused characters are kept, to be told of."""
    text = (text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    return unicodedata.normalize("NFC", _SPACERS.sub("", text)).strip()


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
