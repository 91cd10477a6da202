"""Dot maps as SVG: one path for each class of dots, distinguished by shape and colour."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

type Point = tuple[int, int]  # x and y in units of the drawing, from its upper left corner

# SVG paths of the marks around a point. `s` is half the width of a mark; a ring is twice as wide.
SHAPE_PATHS = {
    "round": "h0",
    "square": "m-{s} -{s}h{d}v{d}h-{d}z",
    "triangle": "m0 -{s}l{s} {d}h-{d}z",
    "cross": "m-{s} -{s}l{d} {d}m0 -{d}l-{d} {d}",
    "ring": "m-{d} 0a{d} {d} 0 1 0 {dd} 0a{d} {d} 0 1 0 -{dd} 0",
}
LEGEND_POINT = (12, 8)  # the centre of a mark in the legend


@dataclass(frozen=True, slots=True)
class DotClass:
    """One class of dots. `count` is the number of things that they show; some share a point."""

    code: str
    shape: str  # a key of SHAPE_PATHS
    word: str | Promise
    count: int
    number: str  # the count, formatted for the language of the page
    path: str
    sample: str  # one mark for the legend


@dataclass(frozen=True, slots=True)
class DotMap:
    """A dot map. `title` and `text` describe it; a table beside it holds the same information."""

    width: int
    height: int
    size: int  # half the width of a mark
    title: str
    text: str
    layers: Sequence[DotClass]  # the last one is on top


def dot_class(
    code: str,
    shape: str,
    word: str | Promise,
    points: Iterable[Point],
    size: int,
    format_number: Callable[[int], str] = str,
) -> DotClass:
    """Return a class of dots with a mark at each point; points that are equal share a mark."""
    all_points = list(points)
    path = "".join(mark_path(shape, point, size) for point in sorted(set(all_points)))
    count, mark = len(all_points), mark_path(shape, LEGEND_POINT, 3)
    return DotClass(code, shape, word, count, format_number(count), path, mark)


def mark_path(shape: str, point: Point, size: int) -> str:
    """Return the SVG path of a mark around a point; `size`: half its width (ring: a quarter)."""
    return f"M{point[0]} {point[1]}" + SHAPE_PATHS[shape].format(s=size, d=2 * size, dd=4 * size)
