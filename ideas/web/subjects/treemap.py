"""Areas in proportion to numbers, side by side in a rectangle: "squarified", so that they stay near squares."""

from collections.abc import Sequence
from typing import NamedTuple


class Tile(NamedTuple):
    """Where one number is drawn."""

    x: int
    y: int
    width: int
    height: int


def lay_tiles(sizes: Sequence[float], width: int, height: int) -> list[Tile]:
    """Return one tile a size, in their order; sizes are positive and decrease.

    >>> [tuple(tile) for tile in lay_tiles([2, 1, 1], 200, 100)]
    [(0, 0, 100, 100), (100, 0, 100, 50), (100, 50, 100, 50)]
    """
    tiles: list[Tile] = []
    x, y, free_width, free_height = 0.0, 0.0, float(width), float(height)
    areas = [size * width * height / sum(sizes) for size in sizes]
    while areas:
        side = min(free_width, free_height)
        count = _fill_row(areas, side)
        row, areas = areas[:count], areas[count:]
        thick, along = sum(row) / side, 0.0
        for area in row:
            length = area / thick
            tiles.append(
                _round(x, y + along, thick, length)
                if free_width >= free_height
                else _round(x + along, y, length, thick)
            )
            along += length
        if free_width >= free_height:
            x, free_width = x + thick, free_width - thick
        else:
            y, free_height = y + thick, free_height - thick
    return tiles


def _fill_row(areas: Sequence[float], side: float) -> int:
    """Return how many of the first areas share a row along `side` before the worst of them gets longer."""
    count = 1
    while count < len(areas) and _worst(areas[: count + 1], side) <= _worst(areas[:count], side):
        count += 1
    return count


def _worst(areas: Sequence[float], side: float) -> float:
    thick = sum(areas) / side
    return max(max(thick * thick / area, area / (thick * thick)) for area in areas)


def _round(x: float, y: float, width: float, height: float) -> Tile:
    left, top = round(x), round(y)
    return Tile(left, top, round(x + width) - left, round(y + height) - top)
