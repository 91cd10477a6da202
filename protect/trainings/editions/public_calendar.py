"""The public calendar and the public page of an edition: towns and words, no addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protect.directory.facts.sentences import language_name
from protect.trainings.base.labels import Said
from protect.trainings.editions.actions.plan import seats_shown
from protect.trainings.registrations.actions.register import is_taking
from protect.trainings.scheduling.enums import Delivery, EditionState
from protect.trainings.scheduling.models import Edition, Session
from protect.trainings.scheduling.queries import EditionQuerySet

FEW = 5  # seats
COMING = [EditionState.OPEN, EditionState.CLOSED]
FREE = Said(gettext_lazy("Seats are free"), "good")
FEW_LEFT = Said(gettext_lazy("Few seats are left"), "caution")
FULL = Said(gettext_lazy("Full: there is a waiting line"), "caution")
CLOSED = Said(gettext_lazy("Registration is closed"), "ended")
NOT_YET = Said(gettext_lazy("Registration is not open yet"), "info")
CANCELLED = Said(gettext_lazy("Cancelled"), "ended")


@dataclass(frozen=True, slots=True)
class OpenLine:
    """An edition as the public calendar shows it."""

    edition: Edition
    sessions: list[Session]
    where: list[str | Promise]  # towns, and that it is online
    languages: list[str]
    seats: Said
    is_taking: bool


def coming(at: datetime, *, country: str = "", language: str = "") -> EditionQuerySet:
    """Return listed editions that are to come, the next first."""
    rows = Edition.objects.listed().filter(state__in=COMING)
    if country:
        rows = rows.filter(country=country)
    if language:
        rows = rows.filter(languages=language)
    standing = Q(sessions__cancelled_at=None, sessions__ends_at__gt=at)
    dated = rows.annotate(begins=Min("sessions__starts_at", filter=standing))
    return dated.filter(begins__isnull=False).order_by("begins", "pk")


def loaded(rows: EditionQuerySet) -> EditionQuerySet:
    """Return editions with the relations that a line of the calendar shows."""
    half_days = Session.objects.standing().select_related("venue__place")
    return rows.select_related("host", "course_version__course").prefetch_related(
        Prefetch("sessions", half_days.order_by("starts_at", "number")),
        "languages",
    )


def lines(rows: Iterable[Edition], at: datetime) -> list[OpenLine]:
    """Return editions, loaded by `loaded`, as the public calendar shows them."""
    return [line(each, at) for each in rows]


def line(edition: Edition, at: datetime) -> OpenLine:
    """Return one edition as the public calendar shows it."""
    sessions = list(edition.sessions.all())
    return OpenLine(
        edition=edition,
        sessions=sessions,
        where=[*_where(edition, sessions)],
        languages=sorted(language_name(each.pk) for each in edition.languages.all()),
        seats=_seats(edition, at),
        is_taking=is_taking(edition, at),
    )


def _where(edition: Edition, sessions: Iterable[Session]) -> Iterator[str | Promise]:
    yield from dict.fromkeys(each.venue.place.name for each in sessions if each.venue)
    if edition.delivery != Delivery.IN_PERSON:
        # Translators: where a training is held.
        yield _("Online")


def _seats(edition: Edition, at: datetime) -> Said:
    if edition.state == EditionState.CANCELLED:
        return CANCELLED
    if not is_taking(edition, at):
        is_early = edition.opens_at is not None and at < edition.opens_at
        return NOT_YET if is_early and edition.state == EditionState.OPEN else CLOSED
    free = seats_shown(edition, at=at)["free"]
    if free is None or free > FEW:
        return FREE
    return FEW_LEFT if free else FULL
