"""Texts compared by their letters: what a typo, an accent or an unknown word leaves unchanged.

The letters of a text, in runs of 3 to 5 inside its words (scikit-learn's `char_wb`), light bits in a fingerprint of
1,024 (Bloom 1970). Two fingerprints are compared by the phi coefficient, which counts what chance alone would light
in both: so a long text is not alike to everything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BITS = 1024
_TEXTS_AT_ONCE = 4096
_SPACE = ord(" ")
_PRIME, _GOLDEN = np.uint32(0x01000193), np.uint32(0x9E3779B1)  # of FNV; of Knuth
_TO_BIT = np.uint32(22)  # 32 bits to the 10 that number a bit

# Of a text in UTF-8, spread by NFKD: letters and digits stay, the bytes of accents go, all the rest parts words.
_ACCENTS = bytes([0xCC, 0xCD, *range(0x80, 0xC0)])
_LETTERS = bytes(byte if byte < 128 and chr(byte).isalnum() else _SPACE for byte in range(256))


def plain_letters(text: str) -> bytes:
    """Write a text in small ASCII letters and digits, one space around each word.

    >>> plain_letters("L’Œuvre, à l'école")
    b' l oeuvre a l ecole '
    """
    lower = text.lower()
    if not lower.isascii():
        lower = unicodedata.normalize("NFKD", lower.replace("œ", "oe").replace("æ", "ae"))
    words = lower.encode("utf-8", "ignore").translate(_LETTERS, _ACCENTS).split()
    return b" " + b" ".join(words) + b" "


def runs(words: Sequence[bytes], lengths: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """List the runs of letters inside each of `words`, a space at both ends of each: (whose, hash)."""
    letters = np.frombuffer(b"".join(words), dtype=np.uint8)
    owners = np.repeat(np.arange(len(words)), [len(word) for word in words])
    parts = [_runs(letters, length) for length in lengths]
    places, hashes = (np.concatenate(part) for part in zip(*parts, strict=True))
    return owners[places], hashes


def _runs(letters: NDArray[np.uint8], length: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    count = max(0, len(letters) - length + 1)
    windows = [letters[start : start + count] for start in range(length)]
    hashes = np.full(count, length, dtype=np.uint32)
    for window in windows:
        hashes = hashes * _PRIME + window
    inside = np.ones(count, dtype=bool)
    for window in windows[1:-1]:
        inside &= window != _SPACE
    if length == 2:
        inside = (windows[0] != _SPACE) | (windows[1] != _SPACE)
    places = np.flatnonzero(inside)
    return places, hashes[places] * _GOLDEN


def fingerprints(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Light the bits of each text: texts × 16 words of 64 bits."""
    lit = np.zeros((len(texts), BITS // 64), dtype=np.uint64)
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        some = [plain_letters(text) for text in texts[start : start + _TEXTS_AT_ONCE]]
        owners, hashes = runs(some, (3, 4, 5))
        bits = np.zeros((len(some), BITS), dtype=bool)
        bits[owners, hashes >> _TO_BIT] = True
        lit[start : start + len(some)] = np.packbits(bits, axis=1).view(np.uint64)
    return lit


def alike(one: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Compare a fingerprint to others: 1 for the same bits, 0 for no more in common than by chance."""
    mine, theirs = _count(one), _count(others)
    both = _count(one & others)
    spread = np.sqrt(mine * (BITS - mine) * theirs * (BITS - theirs))
    return np.where(spread > 0, (both * BITS - mine * theirs) / np.maximum(spread, 1), both == mine).clip(0, 1)


def _count(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    return np.bitwise_count(bits).sum(axis=-1, dtype=np.float64)
