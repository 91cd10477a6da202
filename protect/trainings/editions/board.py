"""The page of an edition: seats, half days, the waiting list, and open tasks."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

from protect.kernel.text import isolated
from protect.orgs.models import Organisation
from protect.trainings.base.labels import StateLabel
from protect.trainings.editions.actions.plan import seats_shown
from protect.trainings.needs.pages import asked_of
from protect.trainings.registrations import fields, labels, models
from protect.trainings.registrations.actions.seats import SEATING, line_of
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.rules import places
from protect.trainings.scheduling import enums, labels as scheduling_labels, rules, vocabulary
from protect.trainings.scheduling.actions.conflicts import lacking
from protect.trainings.scheduling.models import Booking, Edition, Session

# Registrations as a board groups them, the most urgent first.
ORDER = [
    RegistrationState.APPLIED,
    RegistrationState.OFFERED,
    RegistrationState.WAITING,
    RegistrationState.CONFIRMED,
    RegistrationState.UNPROVEN,
    RegistrationState.REFUSED,
    RegistrationState.WITHDRAWN,
    RegistrationState.CANCELLED,
]


class HalfDayLine(NamedTuple):
    """A half day, its bookings of people, rooms and things, and what it lacks."""

    session: Session
    bookings: list[tuple[Booking, StateLabel]]
    lacking: list[rules.Clash]


class PersonLine(NamedTuple):
    """A registration and its status; `place`: on the waiting list, from 1."""

    registration: models.Registration
    said: StateLabel
    place: int | None

    @property
    def cells(self) -> list[tuple[str | Promise, str]]:
        """Return label and text of the columns beside the name."""
        return [(field.label, field.text(self.registration)) for field in fields.LISTED[1:]]


class QuotaLine(NamedTuple):
    """Seats kept for an organisation, how many of them are taken, and whether all may take them."""

    quota: models.OrgQuota
    taken: int
    is_released: bool


def board_of(edition: Edition, *, at: datetime) -> dict[str, Any]:
    """Return what the page of an edition shows.
    `missing`: it is not ready before; `warned`: a coordinator should look at it."""
    seats = seats_shown(edition, at=at)
    half_days = _half_days(edition, asked_of(edition, seats["taken"] or 0))
    people, quotas = people_of(edition), [*_quotas(edition, at)]
    state, is_over = enums.EditionState(edition.state), edition.is_over
    missing = [] if is_over else [*_missing(edition, half_days)]
    warnings = (
        *_moved_booking_notes(half_days),
        *_lacking(half_days, is_ready=True),
        *_kept_seat_warnings(quotas, people),
    )
    moves = (move for move in enums.EditionMove if (state, move) in rules.EDITION_MOVES)
    return {
        "said": scheduling_labels.edition_state(edition.state),
        "moves": [(move.value, move.label) for move in moves],
        "seats": seats,
        "half_days": half_days,
        "people": people,
        "headings": [field.label for field in fields.LISTED],
        "applied": sum(line.registration.state == RegistrationState.APPLIED for line in people),
        "quotas": quotas,
        "co_hosts": [*_co_hosts(edition)],
        "takes_people": edition.state in SEATING,
        "is_ready": not missing and not is_over,
        "missing": missing,
        "warned": [] if is_over else [*warnings],
    }


def people_of(edition: Edition) -> list[PersonLine]:
    """Return registrations in the order in which they ask for a decision."""
    place = places(line_of(edition))
    rows = edition.registrations.select_related("participant", "sender")
    ordered = sorted(
        rows.order_by("applied_at", "pk"),
        key=lambda row: (ORDER.index(RegistrationState(row.state)), place.get(row.pk, 0)),
    )
    return [_person(row, place.get(row.pk)) for row in ordered]


def _quotas(edition: Edition, at: datetime) -> Iterator[QuotaLine]:
    taken = Counter(edition.registrations.seated().order_by("pk").values_list("sender", flat=True))
    for quota in edition.quotas.select_related("sender").order_by("sender__name", "pk"):
        is_released = quota.released_at is not None and quota.released_at <= at
        yield QuotaLine(quota, taken[quota.sender_id], is_released)


def _kept_seat_warnings(quotas: list[QuotaLine], people: list[PersonLine]) -> Iterator[str]:
    """Yield a warning for each quota that keeps free seats while participants wait."""
    waits = any(line.registration.state == RegistrationState.WAITING for line in people)
    for each in quotas if waits else ():
        free = each.quota.seats - each.taken
        if free > 0 and each.quota.released_at is None:
            # Translators: {n} is how many seats, {name} an organisation.
            message = _(
                "People wait, and {n} of the seats kept for {name} are free. No day is set on "
                "which others may take them."
            )
            yield format_html(message, n=free, name=isolated(each.quota.sender.name))


def _co_hosts(edition: Edition) -> Iterator[tuple[Organisation, StateLabel]]:
    for rows, state in (
        (edition.co_hosts, enums.BookingState.ACCEPTED),
        (edition.asked_co_hosts, enums.BookingState.ASKED),
    ):
        for organisation in rows.order_by("name", "pk"):
            yield organisation, scheduling_labels.booking_state(state)


def _person(row: models.Registration, place: int | None) -> PersonLine:
    status = labels.registration_state(row.state, place=place, is_paused=row.is_paused)
    return PersonLine(row, status, place)


def _half_days(edition: Edition, required: rules.Requirements) -> list[HalfDayLine]:
    """Return half days with their bookings: three queries, however many there are."""
    sessions = edition.sessions.select_related("venue__resource", "venue__place")
    booked: dict[UUID, list[Booking]] = defaultdict(list)
    rows = Booking.objects.filter(session__edition=edition)
    rows = rows.exclude(state=enums.BookingState.CANCELLED)
    rows = rows.select_related("resource", "language").prefetch_related("resource__languages")
    for row in rows.order_by("role", "pk"):
        booked[row.session_id].append(row)
    every = list(sessions.order_by("starts_at", "number"))
    spans = {
        each.pk: rules.Span(each.starts_at, each.ends_at) for each in every if not each.cancelled_at
    }
    return [
        HalfDayLine(
            session,
            [(row, scheduling_labels.booking(row)) for row in booked[session.pk]],
            [*_meeting(session, spans), *lacking(session, booked[session.pk], required)]
            if session.pk in spans
            else [],
        )
        for session in every
    ]


def _meeting(session: Session, spans: Mapping[UUID, rules.Span]) -> list[rules.Clash]:
    others = (span for pk, span in spans.items() if pk != session.pk)
    meets = rules.meets_any(spans[session.pk], others)
    return vocabulary.heeded([rules.Clash.HALF_DAYS_MEET] if meets else [])


def _moved_booking_notes(half_days: list[HalfDayLine]) -> Iterator[str]:
    for half_day in half_days:
        for booking, _status in half_day.bookings:
            if booking.asked_again_at is not None:
                # Translators: {number} is the number of a half day, {name} who or what is booked.
                message = _(
                    "Half day {number} moved. {name} had accepted the old time or place: ask "
                    "again, and note the answer."
                )
                name = isolated(booking.resource.name)
                yield format_html(message, number=half_day.session.number, name=name)


def _lacking(half_days: list[HalfDayLine], *, is_ready: bool) -> Iterator[str]:
    """Yield the conflicts of half days: those that allow an edition to be ready, or the others."""
    for each in half_days:
        venue = each.session.venue
        for clash in each.lacking:
            if (clash not in vocabulary.not_ready()) is is_ready:
                # Translators: {number} is the number of a half day, {finding} a sentence.
                yield _("Half day {number}: {finding}").format(
                    number=each.session.number,
                    finding=str(scheduling_labels.CLASHES[clash]).format(
                        name=venue.resource.name if venue else "–"
                    ),
                )


def _missing(edition: Edition, half_days: list[HalfDayLine]) -> Iterator[str]:
    standing = [each for each in half_days if each.session.cancelled_at is None]
    if not standing:
        yield _("It has no half day yet.")
    for each in standing:
        number = each.session.number
        live = {row.role for row, _status in each.bookings if row.state in rules.LIVE}
        if enums.BookingRole.TRAINER not in live:
            # Translators, of each below: {number} is the number of a half day.
            yield _("Half day {number} has no trainer.").format(number=number)
        if edition.delivery != enums.Delivery.ONLINE and each.session.venue is None:
            yield _("Half day {number} has no venue.").format(number=number)
        if edition.delivery != enums.Delivery.IN_PERSON and not each.session.link:
            yield _("Half day {number} has no link.").format(number=number)
        if any(row.role not in live for row, _status in each.bookings):
            yield _("A booking for half day {number} was declined and has no replacement.").format(
                number=number
            )
        if any(row.state == enums.BookingState.ASKED for row, _status in each.bookings):
            yield _("A booking for half day {number} is not answered yet.").format(number=number)
    yield from _lacking(half_days, is_ready=False)
