"""Compare texts by their letters: what a typo, an accent or an unknown word leaves unchanged.

The n-grams of 3 to 5 letters inside the words of a text (scikit-learn's `char_wb`) set bits in a fingerprint of 1,024
(a Bloom filter with one hash function: Bloom 1970). Two fingerprints are compared by the phi coefficient (Yule 1912),
which subtracts what chance alone would set in both: a long text is not similar to everything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BITS = 1024
_TEXTS_AT_ONCE = 4096
_SPACE = ord(" ")
_PRIME, _GOLDEN = np.uint32(0x01000193), np.uint32(0x9E3779B1)  # multipliers of FNV-1 and of Knuth
_TO_BIT = np.uint32(22)  # right shift: the 10 highest of 32 bits number a bit of the fingerprint

# Of UTF-8 text decomposed by NFKD: letters and digits stay, the bytes of accents go, the rest separates words.
_ACCENTS = bytes([0xCC, 0xCD, *range(0x80, 0xC0)])
_LETTERS = bytes(byte if byte < 128 and chr(byte).isalnum() else _SPACE for byte in range(256))


def normalize_letters(text: str) -> bytes:
    """Write a text in lower-case ASCII letters and digits, one space around each word.

    >>> normalize_letters("L’Œuvre, à l'école")
    b' l oeuvre a l ecole '
    """
    lower = text.lower()
    if not lower.isascii():
        lower = unicodedata.normalize("NFKD", lower.replace("œ", "oe").replace("æ", "ae"))
    words = lower.encode("utf-8", "ignore").translate(_LETTERS, _ACCENTS).split()
    return b" " + b" ".join(words) + b" "


def hash_ngrams(words: Sequence[bytes], lengths: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """List the n-grams of the given lengths inside `words`, each between two spaces: (place in `words`, hash)."""
    letters = np.frombuffer(b"".join(words), dtype=np.uint8)
    owners = np.repeat(np.arange(len(words)), [len(word) for word in words])
    parts = [_hash_ngrams(letters, length) for length in lengths]
    places, hashes = (np.concatenate(part) for part in zip(*parts, strict=True))
    return owners[places], hashes


def _hash_ngrams(letters: NDArray[np.uint8], length: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
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


def fingerprint(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return the fingerprint of each text: texts × 16, 64 bits in each cell."""
    prints = np.zeros((len(texts), BITS // 64), dtype=np.uint64)
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        some = [normalize_letters(text) for text in texts[start : start + _TEXTS_AT_ONCE]]
        owners, hashes = hash_ngrams(some, (3, 4, 5))
        bits = np.zeros((len(some), BITS), dtype=bool)
        bits[owners, hashes >> _TO_BIT] = True
        prints[start : start + len(some)] = np.packbits(bits, axis=1).view(np.uint64)
    return prints


def fingerprint_likeness(one: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return the phi coefficient of a fingerprint (16) and each of others (n × 16): 1 if equal, 0 by chance or less."""
    mine, theirs = _count_bits(one), _count_bits(others)
    both = _count_bits(one & others)
    norms = np.sqrt(mine * (BITS - mine) * theirs * (BITS - theirs))
    return np.where(norms > 0, (both * BITS - mine * theirs) / np.maximum(norms, 1), both == mine).clip(0, 1)


def compare_sizes(one: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return how the sizes of a fingerprint (16) and of others (n × 16) compare: 1 if equal, 0 beside an empty one."""
    mine, theirs = _count_bits(one), _count_bits(others)
    return np.minimum(mine, theirs) / np.maximum(np.maximum(mine, theirs), 1)


def _count_bits(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    return np.bitwise_count(bits).sum(axis=-1, dtype=np.float64)
