"""Codes that are drawn by lot and typed from paper: nothing follows from them, and slips are seen.

The last letter checks the others: every wrong letter and every swap of two neighbours is found
(weights 1 and 2 alternate; both, and their difference, are prime to the 27 letters).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from itertools import cycle

from protect.kernel.ids import ALPHABET, squeezed

LENGTH = 8  # letters; seven are drawn: ten thousand million codes
HALF = LENGTH // 2


def draw(count: int, choose: Callable[[Sequence[str]], str] = secrets.choice) -> tuple[str, ...]:
    """Return so many different codes."""
    found: dict[str, None] = {}
    while len(found) < count:
        letters = "".join(choose(ALPHABET) for _ in range(LENGTH - 1))
        found[letters + _check(letters)] = None
    return tuple(found)


def read(typed: str) -> str:
    """Return a code as it was drawn, however it was typed; "" for what was never drawn."""
    code = squeezed(typed)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return ""
    return code if _check(code[:-1]) == code[-1] else ""


def shown(code: str) -> str:
    """Return a code as it stands on paper: in two groups."""
    return f"{code[:HALF]} {code[HALF:]}"


def _check(letters: str) -> str:
    weighed = (
        ALPHABET.index(each) * weight for each, weight in zip(letters, cycle((2, 1)), strict=False)
    )
    return ALPHABET[-sum(weighed) % len(ALPHABET)]
