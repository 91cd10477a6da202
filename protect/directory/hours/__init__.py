"""Opening hours: text in OpenStreetMap syntax in; state, next change and waiting time out.
It never guesses: where the text, the holidays or the region leave a doubt, the state is
`unknown`. Source: docs/adr/0004-opening-hours.md."""

from protect.directory.hours.answers import WAIT_UNKNOWN, Day, Hours, Span, StateUntil, parse, week
from protect.directory.hours.expression_warnings import warnings
from protect.directory.hours.recurrences import Recurrence, recurrences_of
from protect.directory.hours.syntax import DAY_AND_NIGHT, BadHours, State

__all__ = ["DAY_AND_NIGHT", "WAIT_UNKNOWN", "BadHours", "Day", "Hours", "Recurrence", "Span"]
__all__ += ["State", "StateUntil", "parse", "recurrences_of", "warnings", "week"]
