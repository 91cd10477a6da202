"""Bars and lines of the desk's pages, as numbers for an SVG beside the same figures in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from protect.directory.enums import Freshness
from protect.directory.labels import FRESHNESS

WIDE, TALL = 400, 20  # of a bar, in units of its drawing
LINE_WIDE, LINE_TALL = 120, 28
EDGE = 3  # round a line, so that its ends are whole

# In the order of a bar: what can be trusted first.
ORDER = (
    Freshness.FRESH,
    Freshness.DUE,
    Freshness.OVERDUE,
    Freshness.EXPIRED,
    Freshness.DISPUTED,
    Freshness.UNVERIFIED,
)
STATES: Mapping[Freshness, Promise] = {state: FRESHNESS[state] for state in ORDER}


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of a bar, with its meaning. Units: `x`, `width` of the drawing."""

    state: str
    word: Promise
    number: int
    percent: int
    x: float
    width: float


def bar(numbers: Mapping[Freshness, int]) -> list[Part]:
    """Return the segments of a bar that add up to its whole length; none for a sum of 0."""
    total = sum(numbers.values())
    return list(_parts(numbers, total)) if total else []


def _parts(numbers: Mapping[Freshness, int], total: int) -> Iterator[Part]:
    x = 0.0
    shares = percents([numbers.get(state, 0) for state in STATES])
    for (state, word), share in zip(STATES.items(), shares, strict=True):
        number = numbers.get(state, 0)
        width = round(WIDE * number / total, 2)
        yield Part(state.value, word, number, share, x, width)
        x += width


def percent(number: int, total: int) -> int:
    """Return a share in whole percent; 0 and 100 only where it is exactly that."""
    if number in {0, total}:
        return 100 * (number > 0)
    return min(max(round(100 * number / total), 1), 99)


def percents(numbers: Sequence[int]) -> list[int]:
    """Return shares in whole percent that add up to 100; 0 only for 0.

    By the largest remainder. What is less than one percent is one, at the cost of the largest.
    """
    total = sum(numbers)
    if not total:
        return [0 for _ in numbers]
    exact = [100 * number / total for number in numbers]
    shares = [max(int(share), 1) if share else 0 for share in exact]
    while (missing := 100 - sum(shares)) > 0:
        most = max(range(len(shares)), key=lambda at: (exact[at] - shares[at], -at))
        shares[most] += 1
    for _ in range(-missing):
        shares[shares.index(max(shares))] -= 1
    return shares


def line(shares: Sequence[int | None]) -> str:
    """Return the points of a line of shares, the oldest first. Units: percent; None: not known."""
    if len(shares) < 2:
        return ""
    step = (LINE_WIDE - 2 * EDGE) / (len(shares) - 1)
    height = LINE_TALL - 2 * EDGE
    return " ".join(
        f"{EDGE + at * step:.1f},{EDGE + height * (1 - share / 100):.1f}"
        for at, share in enumerate(shares)
        if share is not None
    )
