"""Results as numbers for SVG drawings: changes as dots over an axis of points, ratings as
a segmented bar. The axis runs from less to more in every script, a bar in reading direction."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10

import numpy as np

from protect.assessments.statistics import limits, ratings
from protect.assessments.statistics.change import Change, Spread
from protect.ui.dots import mark_path

WIDTH, SIDE_MARGIN = 400, 20  # units of the drawing
HEAD_HEIGHT, FOOT_HEIGHT, ROW_HEIGHT = 34, 26, 9  # units of the drawing
MIN_ROWS, MAX_ROWS, MAX_COLUMNS, MAX_TICKS = 3, 16, 30, 5  # rows of dots; column and tick steps
DOT_HALF_SIZE = 4  # in units of the drawing, as in ui.dots
STEP_FACTORS = (1, 2, 5, 10)
TOLERANCE = 1e-6  # of a step, for rounding errors
MIN_WIDTH_OF_NUMBER = 18  # units that a number inside a bar needs


@dataclass(frozen=True, slots=True)
class Column:
    """The pairs with a change nearest to `value` points, as a stack of dots at `x` units."""

    value: float
    count: int
    x: int


@dataclass(frozen=True, slots=True)
class Tick:
    value: float
    x: int


@dataclass(frozen=True, slots=True)
class AverageMark:
    """Where the mean with its interval, or the median alone, is drawn. Units: of the drawing."""

    x: int
    low: int
    high: int
    is_mean: bool

    @property
    def width(self) -> int:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class DotPlot:
    """A dot plot of score changes. A table shows its `columns` too."""

    height: int
    axis_y: int  # of the axis
    path: str
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    average_mark: AverageMark
    zero: int  # x of no change
    pairs_per_dot: int  # at most
    step: float | None  # changes are rounded to its multiples, in points; None: they are exact
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class BarSegment:
    """All answers at one level, as a segment of a bar. Units: of the drawing."""

    level: int
    x: int
    width: int
    is_top: bool

    @property
    def label_x(self) -> int | None:
        """The centre of the segment; None if it is too narrow for a number."""
        return self.x + self.width // 2 if self.width >= MIN_WIDTH_OF_NUMBER else None


@dataclass(frozen=True, slots=True)
class Bar:
    """A rating as a bar. The interval of the top levels' share is measured from the bar's end."""

    segments: tuple[BarSegment, ...]  # of levels that were chosen, the lowest first
    low: int  # where the interval of the top share begins
    high: int
    width: int = WIDTH

    @property
    def interval_width(self) -> int:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float

    def position(self, value: float) -> int:
        share = (value - self.low) / (self.high - self.low)
        return round(SIDE_MARGIN + share * (WIDTH - 2 * SIDE_MARGIN))


def draw_dots(spread: Spread, change: Change | limits.Reason) -> DotPlot:
    """Return the dot plot of a spread, with the mean where it may be shown, else the median."""
    means = [] if isinstance(change, limits.Reason) else [change.low, change.high]
    low = min(spread.values[0], 0.0, *means)
    high = max(spread.values[-1], 0.0, *means)
    if low == high:
        low, high = -1.0, 1.0
    axis, step = _Axis(low, high), nice_step((high - low) / MAX_COLUMNS)
    columns = tuple(_columns(spread, axis, step))
    highest = max(column.count for column in columns)
    pairs_per_dot = round(nice_step(highest / MAX_ROWS, whole=True))
    rows = max(MIN_ROWS, *(ceil(column.count / pairs_per_dot) for column in columns))
    axis_y, multiples = HEAD_HEIGHT + rows * ROW_HEIGHT, np.array(spread.values) / step
    is_exact = bool(np.all(np.abs(multiples - np.round(multiples)) < TOLERANCE))
    return DotPlot(
        height=axis_y + FOOT_HEIGHT,
        axis_y=axis_y,
        path="".join(_dot_paths(columns, pairs_per_dot, axis_y)),
        columns=columns,
        ticks=tuple(_ticks(axis)),
        average_mark=_average_mark(spread, change, axis),
        zero=axis.position(0),
        pairs_per_dot=pairs_per_dot,
        step=None if is_exact else step,
    )


def draw_bar(rating: ratings.Rating) -> Bar:
    levels = range(len(rating.counts) + 1)
    ends = [round(sum(rating.counts[:level]) * WIDTH / rating.answers) for level in levels]
    low, high = (round(WIDTH * (1 - bound)) for bound in (rating.top_two.high, rating.top_two.low))
    segments = (
        BarSegment(level, begin, end - begin, level > len(rating.counts) - ratings.TOP_LEVELS)
        for level, (begin, end) in enumerate(pairwise(ends), 1)
        if end > begin
    )
    return Bar(tuple(segments), low, high)


def nice_step(least: float, *, whole: bool = False) -> float:
    """Return the least of …, 0.5, 1, 2, 5, 10, … not below `least` nor, if `whole`, below 1."""
    if whole and least <= 1:
        return 1.0
    power = 10.0 ** floor(log10(least))
    return next(round(power * n, 12) for n in STEP_FACTORS if power * n >= least * (1 - TOLERANCE))


def _columns(spread: Spread, axis: _Axis, step: float) -> Iterator[Column]:
    """Yield the columns that are not empty, with changes rounded to multiples of the step, halves
    away from zero. The zero column also holds changes of less than half a step."""
    values = np.array(spread.values)
    numbers = (np.sign(values) * np.floor(np.abs(values) / step + 0.5 + TOLERANCE)).astype(np.int64)
    levels, where = np.unique(numbers, return_inverse=True)
    counts = np.bincount(where, weights=spread.counts).astype(np.int64)
    for number, count in zip(levels.tolist(), counts.tolist(), strict=True):
        value = round(number * step, 9)
        yield Column(value, count, min(max(axis.position(value), 0), WIDTH))


def _dot_paths(columns: tuple[Column, ...], pairs_per_dot: int, axis_y: int) -> Iterator[str]:
    """Yield the SVG path of each dot, one column after the other."""
    for column in columns:
        for row in range(ceil(column.count / pairs_per_dot)):
            yield mark_path(
                "round", (column.x, axis_y - ROW_HEIGHT // 2 - 1 - row * ROW_HEIGHT), DOT_HALF_SIZE
            )


def _ticks(axis: _Axis) -> Iterator[Tick]:
    step = nice_step((axis.high - axis.low) / MAX_TICKS)
    for number in range(ceil(axis.low / step - TOLERANCE), floor(axis.high / step + TOLERANCE) + 1):
        value = round(number * step, 9)
        yield Tick(value, axis.position(value))


def _average_mark(spread: Spread, change: Change | limits.Reason, axis: _Axis) -> AverageMark:
    """Return the mark of the mean with its interval; of the median if the change is hidden."""
    if isinstance(change, limits.Reason):
        x = axis.position(spread.median)
        return AverageMark(x, x, x, is_mean=False)
    x, low, high = map(axis.position, (change.mean, change.low, change.high))
    return AverageMark(x, low, high, is_mean=True)
