"""The stems of a corpus: how rare each is, and how people write it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.text import french
from ideas.similarity.text.weights import smooth_idf, sublinear_tf

MAX_STEMS = 600  # per text: only the heaviest are kept, so that a book costs no more than a page


@dataclass(frozen=True)
class Vocabulary:
    """V stems in alphabetical order; `written` (V), the commonest form of each; `frequencies` (V), in texts."""

    stems: list[str]
    written: list[str]
    frequencies: NDArray[np.int32]
    text_count: int

    @cached_property
    def idf(self) -> NDArray[np.float32]:
        """The smoothed inverse document frequency of each stem (V)."""
        return smooth_idf(self.frequencies, self.text_count)

    @cached_property
    def positions(self) -> dict[str, int]:
        """The column of each stem."""
        return {stem: column for column, stem in enumerate(self.stems)}

    @property
    def digest(self) -> str:
        """The SHA-256, in hexadecimal, of what changes a vector: the stems and in how many texts they are."""
        digest = hashlib.sha256("\n".join(self.stems).encode())
        digest.update(self.frequencies.astype("<i4").tobytes() + str(self.text_count).encode())
        return digest.hexdigest()

    def weights(self, text: str, language: str | None = "fr") -> dict[str, float]:
        """Return the weights of the stems of one text, to length one; an unknown stem has the largest idf there is."""
        counts: Counter[str] = Counter(french.stems(text, french.supported_language(language)))
        stems = sorted(counts)
        columns = [self.positions.get(stem) for stem in stems]
        frequencies = [0 if column is None else self.frequencies[column] for column in columns]
        weights = sublinear_tf([counts[stem] for stem in stems]) * smooth_idf(frequencies, self.text_count)
        return dict(zip(stems, (weights / (np.linalg.norm(weights) or 1)).tolist(), strict=True))

    def rarity(self, stem: str) -> float:
        """Return the idf of a stem; one never met has the largest there is."""
        column = self.positions.get(stem)
        return float(smooth_idf([0 if column is None else self.frequencies[column]], self.text_count)[0])

    def save(self, path: Path) -> None:
        """Write the vocabulary to one `.npz` file: the same vocabulary gives the same bytes."""
        with Path(path).open("wb") as file:
            np.savez(
                file,
                stems=_pack(self.stems),
                written=_pack(self.written),
                frequencies=self.frequencies,
                text_count=np.array(self.text_count),
            )

    @classmethod
    def open(cls, path: Path) -> Vocabulary:
        """Read a vocabulary back."""
        with np.load(path, allow_pickle=False) as saved:
            return cls(
                _unpack(saved["stems"]), _unpack(saved["written"]), saved["frequencies"], int(saved["text_count"])
            )


def _pack(words: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _unpack(packed: NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode().split("\n") if len(packed) else []
