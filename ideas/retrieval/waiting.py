"""Which ideas say nearly the same as one that waits: among those online by their index, among the others here.

What nobody has read yet is written on no disk: it is indexed in memory, amid ideas that are online, so that words
weigh what they do among many texts. For the worker alone, since building an index needs SciPy.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ideas.domain.clusters import VERY_CLOSE
from ideas.retrieval.idea_indexes import search_ideas
from ideas.retrieval.index_files import LONGEST_TEXT, Hit, load_engine

LOOKED_AT = 4
FEWEST_SHARED = 3  # words: one of two that are the same text may be shorter
SAME = 0.95


class ComparedText(NamedTuple):
    """What an idea says, in one text."""

    id: int
    text: str
    language: str


class VeryClose(NamedTuple):
    """An idea, another that is very close to it, and how much (0 to 1)."""

    idea_id: int
    other_id: int
    likeness: float


def find_very_close(
    new: Sequence[ComparedText], texts: Sequence[ComparedText], *, campaign_id: int, var: str
) -> Iterator[VeryClose]:
    """Yield the ideas very close to each of the `new` ones, online or among `texts`, which hold these too."""
    numbers, contents, languages = zip(*texts, strict=True)
    waiting = load_engine().SimilarIndex.build(numbers, [one[:LONGEST_TEXT] for one in contents], languages)
    online = search_ideas([one.text for one in new], campaign_id, var, LOOKED_AT)
    for one, hits in zip(new, online, strict=True):
        here = waiting.search(one.text[:LONGEST_TEXT], k=LOOKED_AT, language=one.language)
        for other, likeness in _keep_best([*hits, *here]):
            if other != one.id:
                yield VeryClose(one.id, other, likeness)


def _keep_best(hits: Iterable[Hit]) -> list[tuple[int, float]]:
    """Return the texts that are very close, each once, as close as either index finds it."""
    best: dict[int, float] = {}
    for number, likeness, words in hits:
        if likeness >= VERY_CLOSE and (len(words) >= FEWEST_SHARED or likeness >= SAME):
            best[number] = max(likeness, best.get(number, 0.0))
    return list(best.items())
