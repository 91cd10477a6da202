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
from protect.matching.questions.answer import Contact, Fit, Found, Reason
from protect.matching.questions.prepared import Asked, freshness_at, remembered
from protect.matching.services.memory import next_change
from protect.matching.services.rows import ServiceRow


def explain(row: ServiceRow, asked: Asked) -> Found:
    """Return a row as an answer. A row that fails one condition is a near miss."""
    return explain_weighed(weigh(row, asked), asked)


def explain_weighed(weighed: Weighed, asked: Asked) -> Found:
    """Return a weighed row as an answer."""
    row = weighed.row
    now = reasons.state(weighed, asked)
    cautions = disclosure.cautions(row, asked, weighed.tells)
    failed = next((judged for judged in weighed.judged if judged.truth is NO), None)
    return Found(
        row=row,
        verdict=_verdict(weighed.judged),
        key=weighed.key,
        reasons=(
            *cautions[1:],
            *reasons.in_order(list(reasons.reasons(weighed, now, asked))),
        ),
        caution=next(iter(cautions), None),
        distance_m=weighed.distance_m,
        mode=weighed.way.mode,
        open=now,
        contacts=contacts(row, asked),
        valid_until=_valid_until(weighed, now, asked),
        failing=_failing(failed, row),
    )


def _failing(failed: Judged | None, row: ServiceRow) -> Reason | None:
    return None if failed is None else reasons.failing(failed, row)


def _verdict(judged: tuple[Judged, ...]) -> Fit:
    """Say "fits" only if something was asked and every yes comes from a checked fact."""
    about_her = [each for each in judged if each.is_asked and each.criterion.fact is not None]
    fits = bool(about_her) and all(each.is_solid for each in judged if each.is_asked)
    return Fit.FITS if fits else Fit.ASK_FIRST


def contacts(row: ServiceRow, asked: Asked) -> tuple[Contact, ...]:
    """Return the ways to reach a row; without a voice, only those that are written."""
    found = _contacts(row, asked)
    if asked.question.wishes.cannot_speak:
        return tuple(each for each in found if each.kind != PhoneKind.VOICE)
    return found


@remembered
def _contacts(row: ServiceRow, at: datetime) -> tuple[Contact, ...]:
    seen = freshness_at(row, Fact.PHONE, at)
    found = [Contact(number.kind.value, number.number, seen) for number in row.phones]
    if row.email:
        found.append(Contact("email", row.email, Freshness.UNVERIFIED))
    if row.website:
        found.append(Contact("website", row.website, Freshness.UNVERIFIED))
    return tuple(found)


def _valid_until(weighed: Weighed, now: Now, asked: Asked) -> datetime | None:
    """Return the earliest instant at which something said of this row changes by itself."""
    at = asked.at
    return min([when for when in _changes(weighed, now, asked) if when and when > at], default=None)


def _changes(weighed: Weighed, now: Now, asked: Asked) -> Iterator[datetime | None]:
    yield now.until
    yield _next_change(weighed.row, asked)
    if weighed.language and weighed.language.offer and weighed.language.offer.window:
        yield asked.memory.now(weighed.language.offer.window, asked.at).until


_next_change = remembered(next_change)
