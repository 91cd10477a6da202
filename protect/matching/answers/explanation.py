"""A weighed row as an answer: verdict, reasons, contacts, and until when all that holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from protect.directory.enums import Fact, Freshness, PhoneKind
from protect.directory.hours import Now
from protect.matching.answers import reasons
from protect.matching.conditions import disclosure
from protect.matching.conditions.criteria import Judged
from protect.matching.conditions.truth import NO
from protect.matching.costs.key import Weighed, weigh
from protect.matching.questions.answer import Contact, Fit, Match
from protect.matching.questions.prepared import PreparedQuestion, freshness_at, remembered
from protect.matching.services.cache import next_change
from protect.matching.services.rows import ServiceRow


def explain(row: ServiceRow, prepared: PreparedQuestion) -> Match:
    """Return a row as an answer. A row that fails one condition is a near miss."""
    return explain_weighed(weigh(row, prepared), prepared)


def explain_weighed(weighed: Weighed, prepared: PreparedQuestion) -> Match:
    """Return a weighed row as an answer."""
    row = weighed.row
    now = reasons.state(weighed, prepared)
    cautions = disclosure.cautions(row, prepared, weighed.tells)
    failed = next((judged for judged in weighed.judged if judged.truth is NO), None)
    return Match(
        row=row,
        verdict=_verdict(weighed.judged),
        key=weighed.key,
        reasons=(*cautions[1:], *reasons.in_order(list(reasons.reasons(weighed, now, prepared)))),
        caution=next(iter(cautions), None),
        distance_m=weighed.distance_m,
        mode=weighed.way.mode,
        open=now,
        contacts=contacts(row, prepared),
        valid_until=_valid_until(weighed, now, prepared),
        failing=reasons.failing(failed, row) if failed else None,
    )


def _verdict(judged: tuple[Judged, ...]) -> Fit:
    """Return "fits" only if the question has conditions and every yes comes from a checked fact."""
    about_her = [each for each in judged if each.is_asked and each.criterion.fact is not None]
    fits = bool(about_her) and all(each.is_solid for each in judged if each.is_asked)
    return Fit.FITS if fits else Fit.ASK_FIRST


def contacts(row: ServiceRow, prepared: PreparedQuestion) -> tuple[Contact, ...]:
    """Return the ways to reach a row; without a voice, only those that are written."""
    all_contacts = _contacts(row, prepared)
    if prepared.question.wishes.cannot_speak:
        return tuple(each for each in all_contacts if each.kind != PhoneKind.VOICE)
    return all_contacts


@remembered
def _contacts(row: ServiceRow, at: datetime) -> tuple[Contact, ...]:
    seen = freshness_at(row, Fact.PHONE, at)
    contacts = [Contact(number.kind.value, number.number, seen) for number in row.phones]
    if row.email:
        contacts.append(Contact("email", row.email, Freshness.UNVERIFIED))
    if row.website:
        contacts.append(Contact("website", row.website, Freshness.UNVERIFIED))
    return tuple(contacts)


def _valid_until(weighed: Weighed, now: Now, prepared: PreparedQuestion) -> datetime | None:
    """Return the earliest instant at which a statement about this row changes by itself."""
    at = prepared.at
    return min(
        [when for when in _changes(weighed, now, prepared) if when and when > at], default=None
    )


def _changes(weighed: Weighed, now: Now, prepared: PreparedQuestion) -> Iterator[datetime | None]:
    yield now.until
    yield _next_change(weighed.row, prepared)
    if weighed.language and weighed.language.offer and weighed.language.offer.window:
        yield prepared.memory.now(weighed.language.offer.window, prepared.at).until


_next_change = remembered(next_change)
