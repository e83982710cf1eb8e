"""The words of a group that a person has just made out of another: a few texts, at once, without any matrix."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from ideas.similarity.clustering.terms import write_terms
from ideas.similarity.text import french


class BranchText(NamedTuple):
    """A text, its language and who wrote it."""

    text: str
    language: str
    author: Hashable


def tell_apart(inside: Sequence[BranchText], outside: Sequence[BranchText], *, count: int = 8) -> list[str]:
    """List what two authors say in the texts `inside`, first what those `outside` say least, as people write it.

    >>> bikes = [BranchText("pistes pour les vélos", "fr", 1), BranchText("où compter des vélos", "fr", 2)]
    >>> tell_apart(bikes, [BranchText("pistes des bus", "fr", 3)])
    ['vélos']
    """
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    authors: defaultdict[str, set[Hashable]] = defaultdict(set)
    for text, language, author in inside:
        for word in french.words(text):
            if stem := french.stem(word, language):
                forms[stem][word] += 1
                authors[stem].add(author)
    here, there = _share(inside), _share(outside)
    shared = [stem for stem in forms if len(authors[stem]) > 1]
    best = sorted(shared, key=lambda stem: (there[stem] - here[stem], -here[stem], stem))[: 3 * count]
    written = {stem: min(forms[stem], key=lambda word: (-forms[stem][word], word)) for stem in best}
    return write_terms(written, [(text, language) for text, language, _author in inside])[:count]


def _share(said: Sequence[BranchText]) -> Counter[str]:
    """Return the share of these texts that say each stem, in thousandths."""
    counted = Counter(stem for text, language, _author in said for stem in set(french.stems(text, language)))
    return Counter({stem: 1000 * times // len(said) for stem, times in counted.items()})
