"""The five states that a door or a line can be in."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class State(StrEnum):
    """The state of opening hours at an instant, weakest first.

    The order carries meaning: two things that must both hold (a line, a language) are in the
    weaker of their states; of two that each suffice (last night's shift, today's), the stronger.
    """

    CLOSED = "closed"
    UNKNOWN = "unknown"
    ANSWERPHONE = "answerphone"
    BY_APPOINTMENT = "by_appointment"
    OPEN = "open"


BY_CODE: tuple[State, ...] = tuple(State)
CODES: dict[State, int] = {state: code for code, state in enumerate(BY_CODE)}
CLOSED, UNKNOWN, BY_APPOINTMENT, OPEN = (
    CODES[State.CLOSED],
    CODES[State.UNKNOWN],
    CODES[State.BY_APPOINTMENT],
    CODES[State.OPEN],
)

Codes = NDArray[np.uint8]  # one code of a State for each minute
