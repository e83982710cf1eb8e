"""Taking a passage out of what is public: what stays in its place, and what may be taken out."""

from ideas.domain.errors import N_, RuleBroken
from ideas.domain.texts import clean_text

MARK = "[passage retiré]"
SHORTEST = 3


def check_passage(passage: str) -> str:
    """Return a passage as it is looked for, or raise `RuleBroken` when it is too short to be found by chance."""
    passage = clean_text(passage)
    if len(passage) < SHORTEST:
        raise RuleBroken(N_("Donnez le passage à retirer, tel qu’il est écrit : trois caractères au moins."))
    return passage


def redact(text: str, passage: str) -> str:
    """Return `text` with a visible mark wherever `passage` is written in it.

    >>> redact("Appelez Jean au 06 12 34 56 78, Jean répond.", "Jean")
    'Appelez [passage retiré] au 06 12 34 56 78, [passage retiré] répond.'
    """
    return text.replace(passage, MARK)


def without_words(words: list[str], passage: str, kept: str) -> list[str]:
    """Return `words` but for those that only `passage` said; `kept` is the text that stays.

    >>> without_words(["bus", "Dupont"], "M. Dupont", "Horaires de bus")
    ['bus']
    """
    gone, said = passage.casefold(), kept.casefold()
    return [word for word in words if word.casefold() not in gone or word.casefold() in said]
