"""The join cut into blocks of rows: threads, processes or machines each take one, and its links come back.

Threads share the arrays. Processes and machines are told a folder, and map the files that they find there, so that a
block costs a few bytes to ask for. A block lost with its worker is asked for again; the best of all the links are the
same in whatever order they come, and however often.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import joblib
import numpy as np
from numpy.typing import NDArray

from ideas.similarity.neighbours import tile_join
from ideas.similarity.neighbours.prepared_rows import TILE, Rows
from ideas.similarity.neighbours.top_k import Best, Links, join_links
from ideas.similarity.neighbours.workers import Workers

Source: TypeAlias = Path | tuple[Rows, NDArray[np.uint16]]
"""The rows and their floors, or the folder where they are."""

_FLOORS = "floors.npy"


def join(
    rows: Rows, k: int, least: np.float32, workers: Workers, tile: int = TILE
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Find the `k` best of each row: ids and scores (rows × k), a score of 0 where there is none."""
    floors = np.full(len(rows.indptr) - 1, tile_join.floor_of(least, rows.scale), dtype=np.uint16)
    if workers.share_memory:
        return _join((rows, floors), floors, rows.scale, k, least, workers, tile)
    with workers.shared_folder() as folder:
        rows.save(folder)
        np.save(folder / _FLOORS, floors)
        floors = np.load(folder / _FLOORS, mmap_mode="r+").view(np.ndarray)
        return _join(folder, floors, rows.scale, k, least, workers, tile)


def _join(
    source: Source, floors: NDArray[np.uint16], scale: int, k: int, least: np.float32, workers: Workers, tile: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    best = _no_best(floors, k)
    calls = (joblib.delayed(join_block)(source, first, k, least, tile) for first in range(0, len(floors), tile))
    for rows, columns, scores in workers.run(calls):
        tile_join.keep_all(best, rows, columns, scores, scale)
        # What is already found spares the blocks to come. One that reads it late loses time, nothing else.
        floors[:] = best[2]
    return best[0], best[1]


def join_block(source: Source, first: int, k: int, least: np.float32, tile: int) -> Links:
    """Join the `tile` rows from `first` to themselves and to all that follow; at most k links a row, both ways."""
    rows, floors = _opened(source) if isinstance(source, Path) else source
    mine = _no_best(floors[first : first + tile], k)
    tile_join.join_tiles(rows, first, first, tile, least, mine, mine)
    links = []
    for second in range(first + tile, len(floors), tile):
        theirs = _no_best(floors[second : second + tile], k)
        tile_join.join_tiles(rows, first, second, tile, least, mine, theirs)
        links.append(_links(theirs, second))
    return join_links([_links(mine, first), *links])


def _opened(folder: Path) -> tuple[Rows, NDArray[np.uint16]]:
    return Rows.open(folder), np.load(folder / _FLOORS, mmap_mode="r")


def _no_best(floors: NDArray[np.uint16], k: int) -> Best:
    size = len(floors)
    return np.zeros((size, k), dtype=np.int32), np.zeros((size, k), dtype=np.float32), np.array(floors)


def _links(best: Best, first: int) -> Links:
    rows, places = np.nonzero(best[1])
    return (rows + first).astype(np.int32), best[0][rows, places], best[1][rows, places]
