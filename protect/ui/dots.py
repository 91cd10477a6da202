"""A map of dots as numbers for an SVG: one path for each class, told apart by shape and colour."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

type Spot = tuple[int, int]  # units of the drawing, from its upper left corner

# What is drawn round a spot. `s` is half as wide as a mark.
SHAPES = {
    "round": "h0",
    "square": "m-{s} -{s}h{d}v{d}h-{d}z",
    "triangle": "m0 -{s}l{s} {d}h-{d}z",
    "cross": "m-{s} -{s}l{d} {d}m0 -{d}l-{d} {d}",
    "ring": "m-{d} 0a{d} {d} 0 1 0 {dd} 0a{d} {d} 0 1 0 -{dd} 0",
}
SAMPLE = (12, 8)  # the middle of a drawing of the legend


@dataclass(frozen=True, slots=True)
class Dots:
    """One class. `count` is of what the dots stand for: several may share a spot."""

    code: str
    shape: str  # a key of SHAPES
    word: str | Promise
    count: int
    number: str  # the same as the language of the page writes it
    path: str
    sample: str  # the same mark once, for the legend


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map: what its title and its text say stands in a table beside it."""

    width: int
    height: int
    size: int  # half as wide as a mark
    title: str
    text: str
    layers: Sequence[Dots]  # the last lies on top


def dots(
    code: str,
    shape: str,
    word: str | Promise,
    spots: Iterable[Spot],
    size: int,
    say: Callable[[int], str] = str,
) -> Dots:
    """Return a class of dots. `say` writes their number."""
    all_spots = list(spots)
    path = "".join(mark(shape, spot, size) for spot in sorted(set(all_spots)))
    count = len(all_spots)
    return Dots(code, shape, word, count, say(count), path, mark(shape, SAMPLE, 3))


def mark(shape: str, spot: Spot, size: int) -> str:
    return f"M{spot[0]} {spot[1]}" + SHAPES[shape].format(s=size, d=2 * size, dd=4 * size)
