"""Opening hours: what a service's hours say at an instant, and what they do not say.

Text in OpenStreetMap syntax goes in; `State`, the next change and waiting times come out. Never
guesses: where the text, the holidays or the region leave a doubt, the state is `unknown`.
Source: docs/adr/0004-opening-hours.md.
"""

from __future__ import annotations

from protect.directory.hours.answers import (
    HORIZON_DAYS,
    WAIT_NEVER,
    WAIT_UNKNOWN,
    Day,
    Hours,
    Now,
    Span,
    both,
    minutes_until_open,
    next_open,
    parse,
    state_at,
    waits,
    week,
)
from protect.directory.hours.doubts import warnings
from protect.directory.hours.errors import BadHours
from protect.directory.hours.recurring import Recurrence, recurring
from protect.directory.hours.restating import expression_of
from protect.directory.hours.states import State

__all__ = [
    "HORIZON_DAYS",
    "WAIT_NEVER",
    "WAIT_UNKNOWN",
    "BadHours",
    "Day",
    "Hours",
    "Now",
    "Recurrence",
    "Span",
    "State",
    "both",
    "expression_of",
    "minutes_until_open",
    "next_open",
    "parse",
    "recurring",
    "state_at",
    "waits",
    "warnings",
    "week",
]
