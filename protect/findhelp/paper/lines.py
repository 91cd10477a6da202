"""The facts of a service as lines for paper: numbers, an ordinary week, languages, where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from protect.directory.enums import Channel, Cost, Fact, Freshness, Verdict
from protect.findhelp.answers import cards
from protect.findhelp.answers.cards import fresh_text, state_of
from protect.findhelp.answers.weeks import week_of
from protect.findhelp.paper import content
from protect.findhelp.paper.content import Facts, Hours, Number, Tongue
from protect.matching.questions import Reason
from protect.matching.services.rows import Number as Phone
from protect.matching.services.rows import ServiceRow
from protect.matching.wording import reason_text
from protect.reference import vocabulary
from protect.reference.formats import locale_of
from protect.ui.press import SCRIPTS

CHECKED = frozenset({Freshness.FRESH, Freshness.DUE})
DOORS = {
    Channel.PHONE: (content.CALL_HOURS, Fact.PHONE_HOURS),
    Channel.VISIT: (content.VISIT_HOURS, Fact.VISIT_HOURS),
}
MOST_NUMBERS = 3


def facts_of(row: ServiceRow, tag: str, at: datetime) -> Facts:
    """Return what a paper says about a service. The active language must be that of `tag`."""
    state = state_of(row, Fact.PHONE, at)
    phone_numbers = tuple(_numbers(row, state, tag))[:MOST_NUMBERS]
    seen = fresh_text(row, Fact.PHONE, tag, at)
    phone_fresh = seen if phone_numbers else str(content.NO_NUMBER)
    tongues = tuple(_tongues(row, tag, at))
    spoken = fresh_text(row, Fact.LANGUAGES, tag, at)
    return Facts(
        name=row.name,
        by="" if row.organisation == row.name else row.organisation,
        numbers=phone_numbers,
        fresh=phone_fresh,
        hours=tuple(_doors(row, tag, at, phone_fresh)),
        languages_label=str(content.LANGUAGES),
        languages=tongues,
        languages_fresh=spoken if tongues and spoken != phone_fresh else "",
        place=_place(row, tag),
        before=row.restrictions,
        until=until(row, at),
    )


def printed_facts(row: ServiceRow) -> list[Fact]:
    """Return the facts of a service that a paper prints, and that must be fresh."""
    printed = {
        Fact.PHONE: bool(row.phones),
        Fact.PHONE_HOURS: Channel.PHONE in row.doors,
        Fact.VISIT_HOURS: Channel.VISIT in row.doors,
        Fact.LANGUAGES: bool(row.languages),
        Fact.ADDRESS: any(not point.is_coarse for point in row.points),
    }
    return [fact for fact, is_told in printed.items() if is_told]


def until(row: ServiceRow, at: datetime) -> str:
    """Return the day on which the first fact of a paper is to be checked again, as ISO 8601.

    "" where any of them is not fresh: then a paper promises nothing. The day is that of the place.
    """
    printed = printed_facts(row)
    if not printed or any(state_of(row, fact, at) is not Freshness.FRESH for fact in printed):
        return ""
    standing = (  # the check that makes a fact fresh: an unanswered call is none
        next(each for each in row.checks[fact] if each.verdict != Verdict.NOT_REACHED)
        for fact in printed
    )
    due = min(check.next_check for check in standing)
    return due.astimezone(ZoneInfo(row.zone)).date().isoformat()


def is_printed(state: Freshness) -> bool:
    """Return whether a number is printed: live only if it was checked, in the demo also unchecked.

    A paper cannot be called back, so what is overdue, expired or disputed never is.
    """
    return state in CHECKED or (settings.IS_DEMO and state == Freshness.UNVERIFIED)


def _numbers(row: ServiceRow, state: Freshness, tag: str) -> Iterator[Number]:
    """Yield the numbers that may be printed; without one, e-mail and web addresses."""
    if not row.phones:
        yield from (Number(text, is_number=False) for text in (row.email, row.website) if text)
    elif is_printed(state):
        for phone in row.phones:
            yield Number(cards.grouped(phone.number, row.country), note=_note(phone, tag))


def _note(phone: Phone, tag: str) -> str:
    kind = cards.NAMES.get(phone.kind) or str(cards.LABELS.get(phone.kind, ""))
    free = reason_text(Reason("cost_free"), tag) if phone.cost == Cost.FREE else ""
    return " · ".join(filter(None, [kind, free]))


def _doors(row: ServiceRow, tag: str, at: datetime, phone_fresh: str) -> Iterator[Hours]:
    """Yield the hours of phone and door. `phone_fresh` stands at the number and is not repeated."""
    for channel, (label, fact) in DOORS.items():
        door = row.doors.get(channel)
        if door is None:
            continue
        times = week_of(door.hours, tag, at)
        note = reason_text(Reason("by_appointment"), tag) if door.hours.by_appointment else ""
        if times or note:
            fresh = fresh_text(row, fact, tag, at)
            yield Hours(str(label), times, note, fresh if fresh != phone_fresh else "")


def _tongues(row: ServiceRow, tag: str, at: datetime) -> Iterator[Tongue]:
    for spoken in sorted(row.languages, key=lambda each: each.language != tag):
        times = week_of(spoken.window, tag, at) if spoken.window else ()
        yield Tongue(_language_name(spoken.language, tag), times)


def _language_name(spoken: str, tag: str) -> str:
    """Return a language by its own name, or in the reader's words where no font here has it."""
    language = vocabulary.languages().get(spoken)
    if language is None:
        return spoken
    if language.script in SCRIPTS:
        return language.endonym
    return str(locale_of(tag).languages.get(spoken, language.english))


def _place(row: ServiceRow, tag: str) -> str:
    for point in row.points:
        if point.is_coarse:
            return reason_text(Reason("distance_around", facts={"place": point.name}), tag)
        town = " ".join(filter(None, (point.postal_code, point.name)))
        return ", ".join(filter(None, (point.address, town)))
    return ""
