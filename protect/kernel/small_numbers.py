"""Numbers of people that are too small to show: readers could tell who was counted."""

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

FEWEST_SHOWN = 5  # at the desk and between signatories


class Shown[K: Hashable](NamedTuple):
    """Parts and their sum as they may be shown; None stands for a hidden number."""

    parts: dict[K, int | None]
    total: int | None


def is_small(number: int) -> bool:
    """Return whether a number of people must be hidden. Zero describes no person and is shown."""
    return 0 < number < FEWEST_SHOWN


def shown_number(number: int) -> int | None:
    return None if is_small(number) else number


def sum_without_small(numbers: Iterable[int]) -> int | None:
    """Return a sum without its small numbers; None if there is nothing else in it. A small number
    is in no sum at all, so that readers who compare sums, such as those of two periods or of a
    campaign and its country, cannot compute one."""
    listed = list(numbers)
    shown = [number for number in listed if not is_small(number)]
    return None if listed and not sum(shown) and any(listed) else sum(shown)


def hide_small_parts[K: Hashable](parts: Mapping[K, int]) -> Shown[K]:
    """Return the parts of a sum without small numbers, and without as many larger ones, the
    smallest first, as it takes that the sum reveals none: what it says of the hidden parts is
    about two of them at least, and about FEWEST_SHOWN people at least."""
    total = sum(parts.values())
    hidden = {key for key, number in parts.items() if is_small(number)}
    larger = sorted(
        (key for key, number in parts.items() if number >= FEWEST_SHOWN), key=parts.__getitem__
    )
    while hidden and larger and _is_revealing([parts[key] for key in hidden]):
        hidden.add(larger.pop(0))
    is_revealed = bool(hidden) and _is_revealing([parts[key] for key in hidden])
    shown = {key: None if key in hidden else number for key, number in parts.items()}
    return Shown(shown, None if is_revealed else total)


def _is_revealing(hidden: list[int]) -> bool:
    return len(hidden) < 2 or sum(hidden) < FEWEST_SHOWN
