"""The name a person would give to a group: the title of one of its members, said by many and to the point."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ideas.similarity.clustering.keywords import shared_columns
from ideas.similarity.clustering.members import list_members, take_rows
from ideas.similarity.text import french
from ideas.similarity.text.tfidf import Corpus

LONG = 60  # letters: beyond, a title is cut where it breathes
SUPPORT = 0.2  # how much more the title of the most supported member counts than that of one without support
FEWEST_LETTERS = 12  # « Musées : … » would name everything about museums
SHOUTED = 0.5  # of the worth of a title, when it is all in capitals

_BREAKS = re.compile(r"\s*(?:[:;]|\s[–—-]\s|\(|(?<=[?!.])(?=\s))\s*")
# « Article 24 – … »: where a proposal stands, not what it says.
_REFERENCE = re.compile(r"\A(?:art(?:icle|\.)?|section|chapitre)\s+\d\S*(?:\s+bis)?\s*[-–—:]\s+", re.IGNORECASE)
_COMMAS = re.compile(r"\s*,\s+")


class GroupName(NamedTuple):
    """The name, and the place of the member whose title it is."""

    text: str
    member: int


def name_groups(
    corpus: Corpus,
    titles: Sequence[str],
    labels: ArrayLike,
    *,
    supports: Sequence[int] | None = None,
    authors: Sequence[Hashable] | None = None,
    languages: Sequence[Any] | None = None,
) -> dict[int, GroupName]:
    """Name each label but -1 after the title that says most of what its members share.

    `supports`: how many people back each text. `authors`, one a text: each counts once, and what one alone says does
    not count, so that nobody names a group by writing many ideas.
    """
    names = {}
    for label, places in list_members(labels):
        members = places.tolist()
        centre = _find_centre(corpus, places, [authors[member] if authors else member for member in members])
        tongues = [languages[member] if languages else None for member in members]
        worths = [
            _judge(titles[member], tongue, corpus, centre) for member, tongue in zip(members, tongues, strict=True)
        ]
        backed = np.log1p([supports[member] if supports else 0 for member in members])
        ranks = np.array(worths) * (1 + SUPPORT * backed / (backed.max() or 1))
        # Of equal titles the first in the alphabet, so that the order of rows changes nothing.
        best = min(range(len(members)), key=lambda at: (-round(float(ranks[at]), 6), titles[members[at]]))
        tell = partial(_measure, language=tongues[best], corpus=corpus, centre=centre)
        names[label] = GroupName(shorten(titles[members[best]], tell), members[best])
    return names


def shorten(title: str, tell: Callable[[str], float] = len) -> str:
    """Cut a long title where it breathes, and begin it with a capital.

    `tell` measures what a part tells: a head that tells less than half of the whole does not stand for it.

    >>> shorten("qualité de l’air rue par rue, heure par heure : les valeurs, pas l’image")
    'Qualité de l’air rue par rue, heure par heure'
    """
    title = _REFERENCE.sub("", " ".join(title.split()))
    title = title.lower() if _is_shouted(title) else title
    if len(title) > LONG:
        title = _find_head(title, _BREAKS, tell) or _find_head(title, _COMMAS, tell) or title
    if len(title) > 2 * LONG:
        title = title[: 2 * LONG].rpartition(" ")[0] + "…"
    return title[:1].upper() + title[1:]


def _find_head(title: str, breaks: re.Pattern[str], tell: Callable[[str], float]) -> str | None:
    heads = [title[: found.start()] for found in breaks.finditer(title)]
    heads = [head for head in heads if FEWEST_LETTERS <= len(head) <= LONG and tell(head) >= tell(title) / 2]
    return heads[-1] if heads else None


def _find_centre(corpus: Corpus, members: NDArray[np.int64], wrote: Sequence[Hashable]) -> dict[str, float]:
    """Weigh the stems of a group, each author once, those of one author left out unless there is no other."""
    rows = take_rows(corpus.matrix, members)
    share = {author: 1 / wrote.count(author) for author in set(wrote)}
    weights = np.array([share[author] for author in wrote])[rows.owners] * rows.data
    columns, places = np.unique(rows.indices, return_inverse=True)
    sums = np.bincount(places, weights)
    shared = np.isin(columns, shared_columns(rows, wrote))
    kept = shared if shared.any() else np.ones(len(columns), dtype=bool)
    stems = corpus.vocabulary.stems
    return {stems[column]: float(weight) for column, weight in zip(columns[kept], sums[kept], strict=True)}


def _judge(title: str, language: Any, corpus: Corpus, centre: dict[str, float]) -> float:
    """Return the cosine of a title with what its group shares, but for the length of the latter."""
    told = sum(weight * centre.get(stem, 0.0) for stem, weight in corpus.vocabulary.weights(title, language).items())
    return told * (SHOUTED if _is_shouted(title) else 1)


def _measure(title: str, language: Any, corpus: Corpus, centre: dict[str, float]) -> float:
    """Sum what the words of a title bring to what its group shares."""
    idf, positions = corpus.vocabulary.idf, corpus.vocabulary.positions
    stems = set(french.stems(title, french.supported_language(language)))
    return sum(float(idf[positions[stem]]) * centre[stem] for stem in sorted(stems) if stem in centre)


def _is_shouted(title: str) -> bool:
    return title.isupper() and " " in title
