"""Read opening hours and languages. Unreadable hours become a note and count as unknown."""

import re
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from protect.directory import hours
from protect.directory.enums import Channel
from protect.directory.facts.base.cells import Cells, ProblemCode
from protect.directory.facts.restrictions import known_sentences
from protect.reference import vocabulary

LANGUAGE_SEPARATOR = re.compile(r";(?![^\[]*\])")  # in `languages`; not in the brackets of hours
LANGUAGE = re.compile(r"([^\[\]]+)(?:\[(.*)\])?", re.DOTALL)
# Only if there is no other way in: "Call or appointment" does not match.
BY_APPOINTMENT = re.compile(
    r"(?:by (?:prior )?appointment|(?:make|book) an appointment|book (?:by|a visit)"
    r"|(?:call|contact|call or e-mail) (?:for an appointment|to book))\b",
    re.IGNORECASE,
)

# Warnings about hours that suggest a mistake. Other warnings are common and harmless.
DOUBTFUL_WARNINGS = {"holiday_rule_overridden", "rule_overridden", "holiday_weekday_joined"}


class OpeningHours(NamedTuple):
    """The hours of one channel. A blank expression means unknown hours."""

    channel: Channel
    expression: str
    by_appointment: bool
    note: str


class SpokenLanguage(NamedTuple):
    language: str  # BCP 47
    window: str  # hours in OpenStreetMap's syntax; "" = all opening hours


def read_channel(cells: Cells, *, has_visits: bool) -> Channel:
    """Return the channel of the hours of a row: visits or calls. `has_visits`: people can go there.
    Hours day and night are not those of visits if a known sentence of `restrictions` says so."""
    if cells["opening_hours"] == hours.DAY_AND_NIGHT:
        for known in known_sentences(cells["restrictions"]):
            if known.channel:
                return known.channel
    return Channel.VISIT if has_visits else Channel.PHONE


def read_opening_hours(cells: Cells, channel: Channel, country: str) -> OpeningHours | None:
    """Return a row's hours, unreadable ones as a note, or “by appointment”; None for neither."""
    expression, note = cells["opening_hours"], ""
    # Only visits can be by appointment: a phone number that gives appointments is open to callers.
    by_appointment = channel is Channel.VISIT and bool(BY_APPOINTMENT.match(cells["how_to_access"]))
    if expression and (position := unreadable_position(expression, country)):
        message = _(
            "{text} cannot be read from character {position} on. It is kept as a note, "
            "and the opening hours count as unknown."
        )
        advice = _("write them like Mo-Fr 09:00-17:00; Sa 10:00-13:00.")
        facts = {"text": expression, "position": position}
        cells.warn(ProblemCode.HOURS_BAD, "opening_hours", message, advice, **facts)
        expression, note = "", expression
    for doubt in DOUBTFUL_WARNINGS & set(hours.warnings(expression)):
        # Translators: {doubt} is a code.
        message = _("{text} may not mean what you intended ({doubt}).")
        advice = _(
            "put the rule for holidays last, delete a rule that a later one replaces, and "
            "put a comma between “PH” and a weekday if you mean both."
        )
        facts = {"text": expression, "doubt": doubt}
        cells.warn(ProblemCode.HOURS_DOUBTFUL, "opening_hours", message, advice, **facts)
    if not (expression or note or by_appointment):
        return None
    return OpeningHours(channel, expression, by_appointment, note)


def read_languages(cells: Cells, country: str) -> tuple[list[SpokenLanguage], list[str]]:
    """Return the languages of a row, and the texts of those with unreadable hours."""
    readable_languages, unreadable_texts = [], []
    for part in LANGUAGE_SEPARATOR.split(cells["languages"]):
        match = LANGUAGE.fullmatch(part.strip())
        if match is None:
            if part.strip():
                cells.refuse_unknown_code("languages", part.strip(), _tag_by_name())
            continue
        tag, window = match[1].strip(), (match[2] or "").strip()
        if tag not in vocabulary.languages():
            cells.refuse_unknown_code("languages", tag, _tag_by_name())
        elif match[2] is not None and (not window or unreadable_position(window, country)):
            unreadable_texts.append(part.strip())
            message = _("{text}: the hours cannot be read, so the language is not imported.")
            advice = _("write them like ar[Mo,Th 09:00-11:00].")
            cells.warn(ProblemCode.WINDOW_BAD, "languages", message, advice, text=part.strip())
        else:
            readable_languages.append(SpokenLanguage(tag, window))
    return list(dict.fromkeys(readable_languages)), unreadable_texts


@lru_cache(maxsize=4096)  # many services have the same hours
def unreadable_position(expression: str, country: str) -> int | str:
    """Return the position of the first character that cannot be read, from 1; 0 if all can."""
    try:
        hours.parse(expression, vocabulary.countries()[country].zone, country)
    except hours.BadHours as error:
        return error.facts["position"]
    return 0


def _tag_by_name() -> dict[str, str]:
    """Return all names, tags and ISO codes of languages, not folded, each with its tag."""
    return {
        name: tag
        for tag, language in vocabulary.languages().items()
        for name in (tag, language.english, language.endonym, language.iso639_3)
    }
