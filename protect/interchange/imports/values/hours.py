"""Hours and languages. What cannot be read stays a note and counts as unknown: never guessed."""

import re
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from protect.directory import hours
from protect.directory.enums import Channel
from protect.directory.facts.base.cells import Cells, Code
from protect.reference import vocabulary

BETWEEN_LANGUAGES = re.compile(r";(?![^\[]*\])")
LANGUAGE = re.compile(r"([^\[\]]+)(?:\[(.*)\])?", re.DOTALL)
# Only what leaves no other way in: "Call or appointment" does not.
BY_APPOINTMENT = re.compile(
    r"(?:by (?:prior )?appointment|(?:make|book) an appointment|book (?:by|a visit)"
    r"|(?:call|contact|call or e-mail) (?:for an appointment|to book))\b",
    re.IGNORECASE,
)

# Of the warnings about hours, those that hint at a slip; the others are common and harmless.
DOUBTS = {"holiday_rule_overridden", "rule_overridden", "holiday_weekday_joined"}


class Opening(NamedTuple):
    """When one door is open. A blank expression is unknown."""

    channel: Channel
    expression: str
    by_appointment: bool
    note: str


class Spoken(NamedTuple):
    language: str  # BCP 47
    window: str  # OpenStreetMap syntax; "" = whenever open


def opening(cells: Cells, channel: Channel, country: str) -> Opening | None:
    """Return the hours of a row with their channel, None for a blank cell."""
    expression, note = cells["opening_hours"], ""
    # A line that makes appointments is open to callers; only a door is by appointment.
    by_appointment = channel is Channel.VISIT and bool(BY_APPOINTMENT.match(cells["how_to_access"]))
    if expression and (position := wrong_at(expression, country)):
        message = _(
            "{text} cannot be read from character {position} on; it is kept as a note and the "
            "hours are unknown."
        )
        advice = _("write them like Mo-Fr 09:00-17:00; Sa 10:00-13:00.")
        facts = {"text": expression, "position": position}
        cells.warn(Code.HOURS_BAD, "opening_hours", message, advice, **facts)
        expression, note = "", expression
    for doubt in DOUBTS & set(hours.warnings(expression)):
        # Translators: {doubt} is a code.
        message = _("{text} may not say what is meant ({doubt}).")
        advice = _("put the rule for holidays last and look at the week that is shown.")
        facts = {"text": expression, "doubt": doubt}
        cells.warn(Code.HOURS_DOUBTFUL, "opening_hours", message, advice, **facts)
    if not (expression or note or by_appointment):
        return None
    return Opening(channel, expression, by_appointment, note)


def languages(cells: Cells, country: str) -> tuple[tuple[Spoken, ...], tuple[str, ...]]:
    """Return the languages of a row, and as written those with unreadable hours."""
    read, unread = [], []
    for part in BETWEEN_LANGUAGES.split(cells["languages"]):
        match = LANGUAGE.fullmatch(part.strip())
        if match is None:
            if part.strip():
                cells.unknown("languages", part.strip(), _names())
            continue
        tag, window = match[1].strip(), (match[2] or "").strip()
        if tag not in vocabulary.languages():
            cells.unknown("languages", tag, _names())
        elif match[2] is not None and (not window or wrong_at(window, country)):
            unread.append(part.strip())
            message = _(
                "{text}: its hours cannot be read, so the language does not count as stated."
            )
            advice = _("write them like ar[Mo,Th 09:00-11:00].")
            cells.warn(Code.WINDOW_BAD, "languages", message, advice, text=part.strip())
        else:
            read.append(Spoken(tag, window))
    return tuple(dict.fromkeys(read)), tuple(unread)


@lru_cache(maxsize=4096)  # many services keep the same hours
def wrong_at(expression: str, country: str) -> int | str:
    """Return the first character that cannot be read, from 1; 0 when all can."""
    try:
        hours.parse(expression, vocabulary.countries()[country].zone, country)
    except hours.BadHours as error:
        return error.facts["position"]
    return 0


def _names() -> dict[str, str]:
    """Return what people write for a language, each with its tag."""
    return {
        name: tag
        for tag, language in vocabulary.languages().items()
        for name in (tag, language.english, language.endonym, language.iso639_3)
    }
