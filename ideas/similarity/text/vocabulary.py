"""The stems a corpus knows, what each weighs, and how people write it. Saved, hashed, reopened."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ideas.similarity.text import french

MOST_STEMS = 600  # a text: beyond, only the heaviest count, so that a long text costs no more than a page


@dataclass(frozen=True)
class Vocabulary:
    """`stems` in alphabetical order; `written`, the commonest form of each; `frequencies`, in how many texts it is."""

    stems: list[str]
    written: list[str]
    frequencies: NDArray[np.int32]
    text_count: int

    @cached_property
    def idf(self) -> NDArray[np.float32]:
        """Weigh each stem by its rarity: ln((1 + texts) / (1 + texts with the stem)) + 1."""
        return smooth_idf(self.frequencies, self.text_count)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Map each stem to its column."""
        return {stem: column for column, stem in enumerate(self.stems)}

    @property
    def digest(self) -> str:
        """Hash what changes a vector: the stems and in how many texts they are (SHA-256, hexadecimal)."""
        seen = hashlib.sha256("\n".join(self.stems).encode())
        seen.update(self.frequencies.astype("<i4").tobytes() + str(self.text_count).encode())
        return seen.hexdigest()

    def weights(self, text: str, language: str | None = "fr") -> dict[str, float]:
        """Weigh the stems of one text as the corpus would, to length one; an unknown stem is as rare as can be."""
        counts: Counter[str] = Counter(french.stems(text, french.known(language)))
        weighed = {stem: (1 + np.log(count)) * self.rarity(stem) for stem, count in sorted(counts.items())}
        length = np.sqrt(sum(weight * weight for weight in weighed.values()))
        return {stem: float(weight / length) for stem, weight in weighed.items()}

    def rarity(self, stem: str) -> float:
        """Answer the idf of `stem`; the largest there is when no text of the corpus has it."""
        column = self.positions.get(stem)
        return float(smooth_idf(np.zeros(1), self.text_count)[0] if column is None else self.idf[column])

    def save(self, path: Path) -> None:
        """Write the vocabulary to one `.npz` file: the same vocabulary gives the same bytes."""
        with Path(path).open("wb") as file:
            np.savez(
                file,
                stems=_packed(self.stems),
                written=_packed(self.written),
                frequencies=self.frequencies,
                text_count=np.array(self.text_count),
            )

    @classmethod
    def open(cls, path: Path) -> Vocabulary:
        """Read a vocabulary back."""
        with np.load(path, allow_pickle=False) as saved:
            return cls(
                _unpacked(saved["stems"]), _unpacked(saved["written"]), saved["frequencies"], int(saved["text_count"])
            )


def smooth_idf(frequencies: NDArray[Any], text_count: int) -> NDArray[np.float32]:
    """Weigh by rarity, as if one more text had all the stems, so that nothing divides by zero."""
    return (np.log((1 + text_count) / (1 + np.asarray(frequencies, dtype=np.float64))) + 1).astype(np.float32)


def _packed(words: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode().split("\n") if len(packed) else []
