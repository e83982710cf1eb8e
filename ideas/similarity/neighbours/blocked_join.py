"""The join by blocks of rows: threads, processes or machines each take a block and return its links.

Threads share the arrays. Processes and machines receive the path of a folder and map the files they find there, so
that a block costs a few bytes to ask for. A block lost with its worker is asked for again; the top k of all links do
not depend on the order in which blocks come back, nor on how often.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import joblib
import numpy as np
from numpy.typing import NDArray

from ideas.similarity.neighbours import tile_join
from ideas.similarity.neighbours.prepared_rows import TILE, PreparedRows
from ideas.similarity.neighbours.top_k import Links, TopK, concatenate_links
from ideas.similarity.neighbours.workers import Workers

Source: TypeAlias = Path | tuple[PreparedRows, NDArray[np.uint16]]
"""The rows and their thresholds, or the folder that holds them."""

_THRESHOLDS = "thresholds.npy"


def join(
    rows: PreparedRows, k: int, min_likeness: np.float32, workers: Workers, tile: int = TILE
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the `k` best of each row: ids and likenesses (rows × k), a likeness of 0 where there is none."""
    thresholds = np.full(len(rows.indptr) - 1, tile_join.quantize_score(min_likeness, rows.scale), dtype=np.uint16)
    if workers.share_memory:
        return _join((rows, thresholds), thresholds, rows.scale, k, min_likeness, workers, tile)
    with workers.shared_folder() as folder:
        rows.save(folder)
        np.save(folder / _THRESHOLDS, thresholds)
        thresholds = np.load(folder / _THRESHOLDS, mmap_mode="r+").view(np.ndarray)
        return _join(folder, thresholds, rows.scale, k, min_likeness, workers, tile)


def _join(
    source: Source,
    thresholds: NDArray[np.uint16],
    scale: int,
    k: int,
    min_likeness: np.float32,
    workers: Workers,
    tile: int,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    top = _empty_top_k(thresholds, k)
    starts = range(0, len(thresholds), tile)
    calls = (joblib.delayed(join_block)(source, start, k, min_likeness, tile) for start in starts)
    for rows, columns, scores in workers.run(calls):
        tile_join.insert_all(top, rows, columns, scores, scale)
        # Links already found spare work to the blocks still to come; a worker that reads this late only loses time.
        thresholds[:] = top[2]
    return top[0], top[1]


def join_block(source: Source, first: int, k: int, min_likeness: np.float32, tile: int) -> Links:
    """Join the `tile` rows from `first` with themselves and all that follow; at most k links per row, both ways."""
    rows, thresholds = _open(source) if isinstance(source, Path) else source
    own_top = _empty_top_k(thresholds[first : first + tile], k)
    tile_join.join_tiles(rows, first, first, tile, min_likeness, own_top, own_top)
    links = []
    for second in range(first + tile, len(thresholds), tile):
        other_top = _empty_top_k(thresholds[second : second + tile], k)
        tile_join.join_tiles(rows, first, second, tile, min_likeness, own_top, other_top)
        links.append(_list_links(other_top, second))
    return concatenate_links([_list_links(own_top, first), *links])


def _open(folder: Path) -> tuple[PreparedRows, NDArray[np.uint16]]:
    return PreparedRows.open(folder), np.load(folder / _THRESHOLDS, mmap_mode="r")


def _empty_top_k(thresholds: NDArray[np.uint16], k: int) -> TopK:
    size = len(thresholds)
    return np.zeros((size, k), dtype=np.int32), np.zeros((size, k), dtype=np.float32), np.array(thresholds)


def _list_links(top: TopK, first: int) -> Links:
    rows, places = np.nonzero(top[1])
    return (rows + first).astype(np.int32), top[0][rows, places], top[1][rows, places]
