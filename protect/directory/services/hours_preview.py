"""Hours as they are read back: the coming week, day by day, and what is doubtful about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from protect.directory.hours import Day, State, parse, warnings, week
from protect.kernel.text import plain_number
from protect.reference import formats, vocabulary

DOUBTS: Mapping[str, Promise] = {
    "holiday_rule_overridden": gettext_lazy(
        "A later rule takes back what was said about holidays. Put the holidays last."
    ),
    "holidays_unknown": gettext_lazy("Nothing is said about holidays: they count as unknown."),
    "rule_overridden": gettext_lazy("One rule never counts: a later one replaces it."),
    "holiday_weekday_joined": gettext_lazy(
        "A holiday beside a weekday means holidays on that weekday. Put a comma for both."
    ),
    "open_end": gettext_lazy("An open end (+) counts as unknown afterwards."),
    "depends_on_comment": gettext_lazy("Hours with a comment alone count as unknown."),
    "unusual_spelling": gettext_lazy("The spelling is unusual. It was read as shown."),
}
STATES: Mapping[State, Promise] = {
    # Translators: behind hours of a day: it is not known whether it is open.
    State.UNKNOWN: gettext_lazy("not known"),
    # Translators: behind hours of a day: people must arrange a time first.
    State.BY_APPOINTMENT: gettext_lazy("by appointment"),
    # Translators: behind hours of a day: a recorded voice answers.
    State.ANSWERPHONE: gettext_lazy("answering machine"),
}


def week_lines(
    expression: str, country: str, *, by_appointment: bool = False, at: datetime
) -> list[str]:
    """Return the coming week of an expression that can be read, and its doubts, in words.

    Errors: BadHours.
    """
    zone = vocabulary.countries()[country].zone
    hours = parse(expression, zone, country, by_appointment=by_appointment)
    today = at.astimezone(ZoneInfo(zone)).date()
    monday = today - timedelta(days=today.weekday())
    lines = [_line(day) for day in week(hours, monday)]
    return [*lines, *_doubts(expression)]


def _line(day: Day) -> str:
    name = formats.weekday_name(day.weekday, get_language() or "en")
    spans = ", ".join(
        _hours_with_state(plain_number(f"{each.start:%H:%M}-{each.end:%H:%M}"), each.state)
        for each in day.spans
    )
    # Translators: a service is not open that day.
    return f"{name}: {spans or _('closed')}"


def _hours_with_state(hours: str, state: State) -> str:
    return f"{hours} ({STATES[state]})" if state in STATES else hours


def _doubts(expression: str) -> Iterator[str]:
    return (str(DOUBTS[code]) for code in warnings(expression) if code in DOUBTS)
