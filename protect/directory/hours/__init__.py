"""Opening hours: text in OpenStreetMap syntax in; state, next change and waiting time out.
It never guesses: where the text, the holidays or the region leave a doubt, the state is
`unknown`. Source: docs/adr/0004-opening-hours.md."""

from protect.directory.hours.answers import (
    HORIZON_DAYS,
    WAIT_NEVER,
    WAIT_UNKNOWN,
    Day,
    Hours,
    Span,
    StateUntil,
    next_open,
    parse,
    state_at,
    state_of_both,
    wait_minutes,
    week,
)
from protect.directory.hours.expression_warnings import warnings
from protect.directory.hours.expressions import expression_of
from protect.directory.hours.recurrences import Recurrence, recurrences_of
from protect.directory.hours.syntax import DAY_AND_NIGHT, BadHours, State

__all__ = [
    "DAY_AND_NIGHT", "HORIZON_DAYS", "WAIT_NEVER", "WAIT_UNKNOWN", "BadHours", "Day", "Hours",
    "Recurrence", "Span", "State", "StateUntil", "expression_of", "next_open", "parse",
    "recurrences_of", "state_at", "state_of_both", "wait_minutes", "warnings", "week",
]  # fmt: skip
