"""From a text to the terms by which it is searched: its stems, and what has no stem but means something.

« R&D », « C++ », a lone digit, a pictogram: each is a term as it stands, where likeness has no use for it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from ideas.similarity.text import french

_SIGNED = r"[^\W_]+(?:[&+#]+[^\W_]*)+"
_LONE_DIGIT = r"(?<![^\W_])\d(?![^\W_])"
_PICTOGRAM = r"[\u2600-\u27bf\U0001f300-\U0001faff]"
_find_signs = re.compile(f"{_SIGNED}|{_LONE_DIGIT}|{_PICTOGRAM}").findall
_pieces = re.compile(rf"[^\W_]+(?:[&+#]+[^\W_]*)*|{_PICTOGRAM}")


class QueryWord(NamedTuple):
    """A word of a query: as typed, but for case and accents, and the terms it may be in a text, one a language."""

    written: str
    terms: tuple[str, ...]


def list_terms(text: str, language: str | None = french.DEFAULT_LANGUAGE) -> list[str]:
    """List the terms of a text, once for each time it says them.

    >>> list_terms("La R&D des écoles en C++")
    ['ecol', 'r&d', 'c++']
    """
    return [*french.stems(text, french.supported_language(language)), *map(fold_sign, _find_signs(text))]


def fold_sign(sign: str) -> str:
    """Write a sign in lower case: its letters alone would be another word."""
    return sign.lower()


def list_forms(text: str, language: str | None = french.DEFAULT_LANGUAGE) -> dict[str, str]:
    """Return the term of each word of a text, by the word without case or accents, where they differ.

    >>> list_forms("Les Écoles du lac")
    {'ecoles': 'ecol'}
    """
    language = french.supported_language(language)
    forms = {french.fold(word): french.stem(word, language) for word in french.words(text)}
    return {form: term for form, term in forms.items() if term and term != form}


def read_query(text: str) -> list[QueryWord]:
    """List the words of a query, each once, for texts of either language.

    >>> read_query("les écoles"), read_query("de la")
    ([QueryWord(written='ecoles', terms=('ecol',))], [])
    """
    words = [(french.fold(word), french.stem(word, "fr"), french.stem(word, "en")) for word in french.words(text)]
    found = [QueryWord(word, tuple(dict.fromkeys(filter(None, both)))) for word, *both in words if both[0]]
    # A word that says nothing in French may be all that an English reader has typed.
    found = found or [QueryWord(word, (english,)) for word, _, english in words if english]
    found += [QueryWord(fold_sign(sign), (fold_sign(sign),)) for sign in _find_signs(text)]
    return list(dict.fromkeys(found))


def split_found(text: str, terms: Collection[str], language: str | None) -> Iterator[tuple[str, bool]]:
    """Cut a text where it says one of the `terms`: pieces in order, and whether each is one."""
    language, end = french.supported_language(language), 0
    for piece in _pieces.finditer(text):
        word = piece.group()
        if word.lower() in terms or french.stem(word, language) in terms:
            yield text[end : piece.start()], False
            yield word, True
            end = piece.end()
    yield text[end:], False
