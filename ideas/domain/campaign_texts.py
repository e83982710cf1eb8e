"""What a campaign says: its question and its rules, in two languages, and in plain words for whoever prefers them."""

from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from ideas.domain.errors import N_, RuleBroken

LANGUAGES = ("fr", "en")


class TextKind(StrEnum):
    """What a campaign says something of."""

    TITLE = "title"
    QUESTION = "question"
    INTRODUCTION = "introduction"
    RULES = "rules"
    HELP = "help"


LONGEST = {
    TextKind.TITLE: 200,
    TextKind.QUESTION: 300,
    TextKind.INTRODUCTION: 5_000,
    TextKind.RULES: 20_000,
    TextKind.HELP: 20_000,
}
LONG = (TextKind.INTRODUCTION, TextKind.RULES, TextKind.HELP)
# Every campaign has these in French; the others are there when somebody wrote them.
OWN = (TextKind.TITLE, TextKind.QUESTION, TextKind.INTRODUCTION)


class Spoken(Protocol):
    """A campaign, as far as words go: `texts` holds all but its own French ones."""

    title: Any
    question: Any
    introduction: Any
    texts: Any


class Said(NamedTuple):
    """A text and its language; empty when nothing was written."""

    text: str
    language: str = "fr"


def text_key(kind: TextKind, language: str, *, is_plain: bool = False) -> str:
    """Return where a text is kept.

    >>> text_key(TextKind.RULES, "en", is_plain=True)
    'rules.en.plain'
    """
    return f"{kind.value}.{language}{'.plain' if is_plain else ''}"


def find_text(campaign: Spoken, kind: TextKind, language: str, *, is_plain: bool = False) -> Said:
    """Return what a campaign says in a language, else in French."""
    for one in dict.fromkeys((language, "fr")):
        if text := (campaign.texts or {}).get(text_key(kind, one, is_plain=is_plain), ""):
            return Said(text, one)
    return Said("" if is_plain or kind not in OWN else getattr(campaign, kind.value))


def check_text_kept(kind: TextKind, language: str, text: str, *, is_plain: bool) -> None:
    """Raise `RuleBroken` when a campaign would lose its title or its question."""
    if kind in OWN[:2] and language == "fr" and not is_plain and not text:
        raise RuleBroken(N_("Une campagne a un titre et une question."))
