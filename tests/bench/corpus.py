"""The texts that are measured: real ones, and large corpora resampled from them, the same for the same seed.

A resampled text walks from word to word as the real texts do: after a word comes one that follows it somewhere (an
order-1 Markov chain over the words as written, ends of texts included), so that common words stay common and rare ones
rare. Lengths are log-normal with a median of 25 words, as short civic answers are. Then, to look like what people
send: 3 % of the words have a letter changed, 30 % of the texts say an earlier one again with up to two words in three
redrawn, and 1 % copy one whole.
"""

from __future__ import annotations

import gzip
import json
import lzma
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ideas.similarity import compose

DEMONSTRATION = Path(__file__).parents[2] / "ideas" / "demo" / "ideas.jsonl"
MEDIAN_WORDS = 25
_END = ""
_LABELS = {"family": "near", "topic": "subject", "label": "subject"}
_OPENERS = {".xz": lzma.open, ".gz": gzip.open}


@dataclass(frozen=True)
class Labelled:
    """Texts with what people said of them: `near` (duplicates of one another) or `subject`."""

    name: str
    texts: list[str]
    titles: list[str]
    labels: list[str]
    kind: str
    language: str


def read_rows(path: Path) -> list[dict]:
    """Read JSON lines, plain or compressed."""
    with _OPENERS.get(path.suffix, open)(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def is_labelled(path: Path) -> bool:
    """Tell whether people said something of each text of a file."""
    return any(name in read_rows(path)[0] for name in _LABELS)


def read_labelled(path: Path) -> Labelled:
    """Read JSON lines: `title` and `body`, or `text`; labelled by `family` (near-duplicates), `topic` or `label`."""
    rows = read_rows(path)
    column = next(name for name in _LABELS if name in rows[0])
    titles = [row.get("title") or row["text"] for row in rows]
    texts = [compose(row["title"], row["body"]) if "body" in row else row["text"] for row in rows]
    language = "en" if path.name.split(".")[0].endswith("_en") else "fr"
    return Labelled(
        path.name.split(".")[0], texts, titles, [str(row[column]) for row in rows], _LABELS[column], language
    )


def read_real(folder: Path | None) -> list[str]:
    """List real French texts to resample: those of the labelled files of a folder, or the demonstration's ideas."""
    if folder:
        labelled = [read_labelled(path) for path in sorted(folder.glob("*.jsonl*")) if "_subjects." not in path.name]
        return [text for one in labelled if one.language == "fr" for text in one.texts]
    ideas = map(json.loads, DEMONSTRATION.read_text(encoding="utf-8").splitlines())
    return [compose(idea["title"], f"{idea['data_wanted']}\n{idea['planned_use']}") for idea in ideas]


def resample(real: Sequence[str], count: int, seed: int = 0) -> list[str]:
    """Make `count` texts out of the words of the `real` ones."""
    chance = random.Random(seed)
    follows = _chain(real)
    texts: list[str] = []
    for _ in range(count):
        die = chance.random()
        if texts and die < 0.01:
            texts.append(chance.choice(texts))
        elif texts and die < 0.31:
            texts.append(_said_again(chance.choice(texts), follows, chance))
        else:
            texts.append(_walk(follows, chance))
    return texts


def _chain(real):
    follows = defaultdict(list)
    for text in real:
        for before, word in pairwise([_END, *text.split(), _END]):
            follows[before].append(word)
    return follows


def _walk(follows, chance):
    length = max(3, round(chance.lognormvariate(0, 0.8) * MEDIAN_WORDS))
    words, word = [], _END
    while len(words) < length:
        word = chance.choice(follows[word])
        if word:
            words.append(_mistyped(word, chance) if chance.random() < 0.03 else word)
    return " ".join(words)


def _mistyped(word, chance):
    place = chance.randrange(len(word))
    return word[:place] + chance.choice("abcdefghijklmnopqrstuvwxyzéè") + word[place + 1 :]


def _said_again(text, follows, chance):
    share = chance.uniform(0, 2 / 3)
    words = [_END, *text.split()]
    return " ".join(
        chance.choice(follows.get(before, words)) if chance.random() < share else word
        for before, word in pairwise(words)
    )
