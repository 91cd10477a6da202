"""Opening hours: the state of a service at an instant, unknown included.
Text in OpenStreetMap syntax goes in; `State`, the next change and waiting times come out. Never
guesses: where the text, the holidays or the region leave a doubt, the state is `unknown`. Source:
docs/adr/0004-opening-hours.md."""

from protect.directory.hours.answers import (
    HORIZON_DAYS,
    WAIT_NEVER,
    WAIT_UNKNOWN,
    Day,
    Hours,
    Now,
    Span,
    both,
    next_open,
    parse,
    state_at,
    waits,
    week,
)
from protect.directory.hours.expression_warnings import warnings
from protect.directory.hours.expressions import expression_of
from protect.directory.hours.recurrences import Recurrence, recurrences_of
from protect.directory.hours.syntax import BadHours, State

__all__ = [
    "HORIZON_DAYS", "WAIT_NEVER", "WAIT_UNKNOWN", "BadHours", "Day", "Hours", "Now", "Recurrence",
    "Span", "State", "both", "expression_of", "next_open", "parse",
    "recurrences_of", "state_at", "waits", "warnings", "week",
]  # fmt: skip
