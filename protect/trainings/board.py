"""What the page of an edition shows: seats, half days, the line, what is still missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from protect.trainings import labels
from protect.trainings.actions.planning import seats_shown
from protect.trainings.actions.seats import line_of
from protect.trainings.enums import (
    BookingRole,
    BookingState,
    Delivery,
    EditionMove,
    EditionState,
    RegistrationState,
)
from protect.trainings.labels import Said
from protect.trainings.models import Booking, Edition, Registration, Session
from protect.trainings.rules.seating import places
from protect.trainings.rules.states import EDITION_MOVES, LIVE

OVER = (EditionState.DONE, EditionState.CANCELLED)
# Registrations as a board groups them, the most urgent first.
ORDER = [
    RegistrationState.APPLIED,
    RegistrationState.OFFERED,
    RegistrationState.WAITING,
    RegistrationState.CONFIRMED,
    RegistrationState.REFUSED,
    RegistrationState.WITHDRAWN,
    RegistrationState.CANCELLED,
]


@dataclass(frozen=True, slots=True)
class HalfDayLine:
    """A half day, and who and what is booked for it."""

    session: Session
    bookings: list[tuple[Booking, Said]]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A registration and how it is said; `place` in the line, from 1, of who waits."""

    registration: Registration
    said: Said
    place: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """An edition at a glance."""

    edition: Edition
    said: Said
    moves: list[tuple[str, str | Promise]]  # code and verb
    seats: dict[str, int | None]
    half_days: list[HalfDayLine]
    people: list[PersonLine]
    missing: list[str]

    @property
    def is_ready(self) -> bool:
        """Return whether it is to come, and nothing is missing for it to take place."""
        return not self.missing and self.edition.state not in OVER


def board_of(edition: Edition, *, at: datetime) -> Board:
    """Return what the page of an edition shows."""
    half_days = [*_half_days(edition)]
    return Board(
        edition=edition,
        said=labels.edition_state(edition.state),
        moves=[
            (move.value, labels.EDITION_MOVES[move])
            for move in EditionMove
            if (EditionState(edition.state), move) in EDITION_MOVES
        ],
        seats=seats_shown(edition, at=at),
        half_days=half_days,
        people=people_of(edition),
        missing=[*_missing(edition, half_days)] if edition.state not in OVER else [],
    )


def people_of(edition: Edition) -> list[PersonLine]:
    """Return registrations in the order in which they ask for a decision."""
    place = places(line_of(edition))
    rows = edition.registrations.select_related("participant", "sender")
    ordered = sorted(
        rows.order_by("applied_at", "pk"),
        key=lambda row: (ORDER.index(RegistrationState(row.state)), place.get(row.pk, 0)),
    )
    return [_person(row, place.get(row.pk)) for row in ordered]


def _person(row: Registration, place: int | None) -> PersonLine:
    said = labels.registration_state(row.state, place=place, is_paused=row.is_paused)
    return PersonLine(row, said, place)


def _half_days(edition: Edition) -> Iterator[HalfDayLine]:
    rows = edition.sessions.select_related("venue__resource", "venue__place")
    for session in rows.order_by("starts_at", "number"):
        bookings = session.bookings.exclude(state=BookingState.CANCELLED)
        bookings = bookings.select_related("resource", "language").order_by("role", "pk")
        yield HalfDayLine(session, [(row, labels.booking_state(row.state)) for row in bookings])


def _missing(edition: Edition, half_days: list[HalfDayLine]) -> Iterator[str]:
    """Yield what must still be done before an edition is called ready."""
    standing = [each for each in half_days if each.session.cancelled_at is None]
    if not standing:
        yield _("It has no half day yet.")
    for each in standing:
        number = each.session.number
        live = {row.role for row, _said in each.bookings if row.state in LIVE}
        if BookingRole.TRAINER not in live:
            # Translators: {number} is the number of a half day.
            yield _("Half day {number} has no trainer.").format(number=number)
        if edition.delivery != Delivery.ONLINE and each.session.venue is None:
            # Translators: {number} is the number of a half day.
            yield _("Half day {number} has no venue.").format(number=number)
        if edition.delivery != Delivery.IN_PERSON and not each.session.link:
            # Translators: {number} is the number of a half day.
            yield _("Half day {number} has no link.").format(number=number)
        if any(row.role not in live for row, _said in each.bookings):
            # Translators: {number} is the number of a half day.
            yield _("Somebody declined half day {number}, and nobody is booked instead.").format(
                number=number
            )
        if any(row.state == BookingState.ASKED for row, _said in each.bookings):
            # Translators: {number} is the number of a half day.
            yield _("Somebody has not answered yet for half day {number}.").format(number=number)
