"""From a text to the stems of its words, French first.

A word is a run of two letters or digits or more, so that the one letter left by an elision is dropped (`l'eau` gives
`eau`). It is folded (lower case, no accents, `œ` as `oe`), dropped if it is a stop word, then stemmed by the Snowball
stemmer of its language (Porter 2001). Folding comes first: « données » and « donnees » must have one stem.

In French, plurals that the stemmer does not know are undone around it: « vélos », « lois », « jeux », « loisirs »,
« matériaux » would otherwise have another stem than their singular.
"""

import re
import unicodedata
from functools import cache, lru_cache

import Stemmer

from ideas.similarity.text import stopwords

DEFAULT_LANGUAGE = "fr"
NO_STEM = ""
_CACHED_WORDS = 16_384  # people use the same few thousand, and a process lives long

find_words = re.compile(r"[^\W_]{2,}").findall
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})


def words(text: str) -> list[str]:
    """List the words of `text` as they are written, in order."""
    return find_words(compose_accents(text))


def compose_accents(text: str) -> str:
    """Write each accented letter as one code point (NFC), and drop soft hyphens."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).replace("\xad", "")


def fold(word: str) -> str:
    """Write `word` in lower case without accents or ligatures.

    >>> fold("Œuvres"), fold("DONNÉES")
    ('oeuvres', 'donnees')
    """
    word = word.lower()
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word).translate(_LIGATURES)
    return "".join(letter for letter in decomposed if letter.isalnum())


@lru_cache(maxsize=_CACHED_WORDS)
def stem(word: str, language: str = DEFAULT_LANGUAGE) -> str:
    """Return the stem of one written word, `NO_STEM` for a stop word.

    >>> stem("Vélos"), stem("velo"), stem("avec")
    ('velo', 'velo', '')
    """
    folded = fold(word)
    if len(folded) < 2 or folded in _stop_words(language):
        return NO_STEM
    return _english(folded) if supported_language(language) == "en" else _french(folded)


def stems(text: str, language: str = DEFAULT_LANGUAGE) -> list[str]:
    """List the stems of `text` in order, stop words left out."""
    return [found for word in words(text) if (found := stem(word, language))]


def supported_language(language: str | None) -> str:
    """Return the language whose rules apply: "en" for English, "fr" for French and for any language without rules."""
    return "en" if str(language or "").lower().startswith("en") else DEFAULT_LANGUAGE


# PyStemmer's own cache is off: it would keep every word ever typed in a long-lived web process.
_english = Stemmer.Stemmer("english", 0).stemWord
_snowball_french = Stemmer.Stemmer("french", 0).stemWord

_IRREGULAR = {"travaux": "travail", "vitraux": "vitrail", "coraux": "corail", "baux": "bail", "yeux": "oeil"}
_SINGULAR_IN_U = re.compile(
    r"(?:eau|noyau|tuyau|joyau|boyau|materiau|preau|jeu|feu|lieu|dieu|voeu|aveu|neveu|cheveu)x$"
)


def _french(word: str) -> str:
    found = _snowball_french(_singular(word))
    return found[:-1] if _ends_in_mute_s(found) else found


def _singular(word: str) -> str:
    if word.endswith("x"):
        return _IRREGULAR.get(word) or (word[:-1] if _SINGULAR_IN_U.search(word) else word)
    # After a vowel the s may belong to the word (« français », « précise »): it falls once the feminine is cut.
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "aious" else word


def _ends_in_mute_s(found: str) -> bool:
    return len(found) > 3 and found[-1] == "s" and found[-2] in "aiou"


@cache
def _stop_words(language: str) -> frozenset[str]:
    if supported_language(language) == "en":
        return _folded(stopwords.ENGLISH) | (_folded(stopwords.FRENCH) - _folded(stopwords.ENGLISH_MEANINGS))
    return _folded(stopwords.FRENCH) | (_folded(stopwords.ENGLISH) - _folded(stopwords.FRENCH_MEANINGS))


def _folded(words_of_list: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words_of_list.split())
