"""Results as numbers for an SVG: changes as dots over a line of points, ratings as a bar of steps.
The line runs from less to more in every script, as number lines do. A bar begins where one begins
to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10

import numpy as np

from protect.assessments.statistics import limits, ratings
from protect.assessments.statistics.change import Change, Spread
from protect.ui.dots import mark

WIDTH, EDGE = 400, 20  # units of the drawing
HEAD, FOOT, ROW = 34, 26, 9
LEAST_ROWS, MOST_ROWS, MOST_COLUMNS, MOST_TICKS = 3, 16, 30, 5
SIZE = 4  # half of a dot, as ui.dots has it
NICE = (1, 2, 5, 10)
NEARLY = 1e-6  # of a column
LEGIBLE = 18  # units that a number inside a bar needs


@dataclass(frozen=True, slots=True)
class Column:
    """All pairs whose change is nearest to `value`. Units: points."""

    value: float
    count: int
    x: int


@dataclass(frozen=True, slots=True)
class Tick:
    value: float
    x: int


@dataclass(frozen=True, slots=True)
class Middle:
    """The mean with its interval, or the median alone. Units: of the drawing."""

    x: int
    low: int
    high: int
    is_mean: bool

    @property
    def width(self) -> int:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Dots:
    """A drawing. What it shows stands in its `columns` too."""

    height: int
    base: int  # where the line is
    path: str
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    middle: Middle
    nought: int
    people: int  # that a dot stands for, at most
    step: float | None  # points to whose multiples changes were rounded; None: they are exact
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class Stretch:
    """All answers with one step, as a part of a bar. Units: of the drawing."""

    level: int
    x: int
    width: int
    is_top: bool

    @property
    def middle(self) -> int | None:
        return self.x + self.width // 2 if self.width >= LEGIBLE else None


@dataclass(frozen=True, slots=True)
class Bar:
    """A rating. The highest steps lie at the end: their share is measured from there."""

    stretches: tuple[Stretch, ...]  # of steps that were chosen, the lowest first
    low: int  # where the interval of that share begins
    high: int
    width: int = WIDTH

    @property
    def interval(self) -> int:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class _Line:
    low: float
    high: float

    def at(self, value: float) -> int:
        share = (value - self.low) / (self.high - self.low)
        return round(EDGE + share * (WIDTH - 2 * EDGE))


def dots(spread: Spread, change: Change | limits.Reason) -> Dots:
    """Return the drawing of a spread, with the mean where it may be published, else the median."""
    means = [] if isinstance(change, limits.Reason) else [change.low, change.high]
    low = min(spread.values[0], 0.0, *means)
    high = max(spread.values[-1], 0.0, *means)
    if low == high:
        low, high = -1.0, 1.0
    line, step = _Line(low, high), nice((high - low) / MOST_COLUMNS)
    columns = tuple(_columns(spread, line, step))
    people = round(nice(max(each.count for each in columns) / MOST_ROWS, whole=True))
    rows = max(LEAST_ROWS, *(ceil(each.count / people) for each in columns))
    base, parts = HEAD + rows * ROW, np.array(spread.values) / step
    is_exact = bool(np.all(np.abs(parts - np.round(parts)) < NEARLY))
    return Dots(
        height=base + FOOT,
        base=base,
        path="".join(_marks(columns, people, base)),
        columns=columns,
        ticks=tuple(_ticks(line)),
        middle=_middle(spread, change, line),
        nought=line.at(0),
        people=people,
        step=None if is_exact else step,
    )


def bar(rating: ratings.Rating) -> Bar:
    levels = range(len(rating.counts) + 1)
    ends = [round(sum(rating.counts[:level]) * WIDTH / rating.answers) for level in levels]
    low, high = (round(WIDTH * (1 - each)) for each in (rating.top_two.high, rating.top_two.low))
    stretches = (
        Stretch(level, begin, end - begin, level > len(rating.counts) - ratings.TOP)
        for level, (begin, end) in enumerate(pairwise(ends), 1)
        if end > begin
    )
    return Bar(tuple(stretches), low, high)


def nice(least: float, *, whole: bool = False) -> float:
    """Return 1, 2 or 5 times a power of ten, the first not below `least`. `whole`: at least one."""
    if whole and least <= 1:
        return 1.0
    power = 10.0 ** floor(log10(least))
    return next(round(power * each, 12) for each in NICE if power * each >= least * (1 - NEARLY))


def _columns(spread: Spread, line: _Line, step: float) -> Iterator[Column]:
    """Yield the columns that are not empty. Halves go away from nought, so nought is no change."""
    values = np.array(spread.values)
    numbers = (np.sign(values) * np.floor(np.abs(values) / step + 0.5 + NEARLY)).astype(np.int64)
    levels, where = np.unique(numbers, return_inverse=True)
    counts = np.bincount(where, weights=spread.counts).astype(np.int64)
    for number, count in zip(levels.tolist(), counts.tolist(), strict=True):
        value = round(number * step, 9)
        yield Column(value, count, min(max(line.at(value), 0), WIDTH))


def _marks(columns: tuple[Column, ...], people: int, base: int) -> Iterator[str]:
    for each in columns:
        for row in range(ceil(each.count / people)):
            yield mark("round", (each.x, base - ROW // 2 - 1 - row * ROW), SIZE)


def _ticks(line: _Line) -> Iterator[Tick]:
    step = nice((line.high - line.low) / MOST_TICKS)
    for number in range(ceil(line.low / step - NEARLY), floor(line.high / step + NEARLY) + 1):
        value = round(number * step, 9)
        yield Tick(value, line.at(value))


def _middle(spread: Spread, change: Change | limits.Reason, line: _Line) -> Middle:
    if isinstance(change, limits.Reason):
        x = line.at(spread.median)
        return Middle(x, x, x, is_mean=False)
    return Middle(line.at(change.mean), line.at(change.low), line.at(change.high), is_mean=True)
