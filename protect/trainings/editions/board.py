"""Content of an edition's page: seats, sessions, registrations, quotas and open tasks."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

from protect.kernel.text import isolate_direction
from protect.orgs.models import Organisation
from protect.trainings.base.labels import StateLabel
from protect.trainings.editions.actions.plan import seat_counts
from protect.trainings.needs.pages import edition_requirements
from protect.trainings.registrations import fields, labels, models
from protect.trainings.registrations.actions import seats as seating
from protect.trainings.registrations.enums import RegistrationState as State
from protect.trainings.registrations.rules import waiting_list_positions
from protect.trainings.scheduling import enums, labels as scheduling_labels, rules, vocabulary
from protect.trainings.scheduling.actions.conflicts import find_unmet_requirements
from protect.trainings.scheduling.models import Booking, Edition, Session
from protect.trainings.scheduling.rules import ConflictKind

# The order of registrations on the page, the most urgent first.
STATE_ORDER = [
    *(State.APPLIED, State.OFFERED, State.WAITING, State.CONFIRMED, State.UNPROVEN),
    *(State.REFUSED, State.WITHDRAWN, State.CANCELLED),
]


class SessionLine(NamedTuple):
    """A session with its uncancelled bookings, and its unmet requirements and overlaps."""

    session: Session
    bookings: list[tuple[Booking, StateLabel]]
    unmet_requirements: list[ConflictKind]


class RegistrationLine(NamedTuple):
    """A registration, its status and its position on the waiting list, counted from 1."""

    registration: models.Registration
    status: StateLabel
    waiting_position: int | None  # None: not on the waiting list

    @property
    def cells(self) -> list[tuple[str | Promise, str]]:
        """Return label and text of each column beside the name."""
        return [(field.label, field.text(self.registration)) for field in fields.LISTED[1:]]


class QuotaLine(NamedTuple):
    """The quota of an organisation, its taken seats, and whether the rest is released to all."""

    quota: models.OrgQuota
    taken: int
    is_released: bool


def edition_board(edition: Edition, *, at: datetime) -> dict[str, Any]:
    """Return the context of an edition's page. `missing` is what keeps the edition from being
    ready, `warned` what a coordinator should check."""
    seats = seat_counts(edition, at=at)
    session_lines = _session_lines(edition, edition_requirements(edition, seats["taken"] or 0))
    registrations, quotas = registration_lines(edition), [*_quota_lines(edition, at)]
    state, is_over = enums.EditionState(edition.state), edition.is_over
    missing = [] if is_over else [*_missing_sentences(edition, session_lines)]
    warnings = (
        *_moved_booking_warnings(session_lines),
        *_requirement_sentences(session_lines, allows_readiness=True),
        *_unused_quota_warnings(quotas, registrations),
    )
    moves = (move for move in enums.EditionMove if (state, move) in rules.EDITION_MOVES)
    return {
        "said": scheduling_labels.label_edition_state(edition.state),
        "moves": [(move.value, move.label) for move in moves],
        "seats": seats,
        "session_lines": session_lines,
        "people": registrations,
        "headings": [field.label for field in fields.LISTED],
        "applied": sum(row.registration.state == State.APPLIED for row in registrations),
        "quotas": quotas,
        "co_hosts": [*_co_host_labels(edition)],
        "takes_people": edition.state in seating.SEAT_OFFERING_STATES,
        "is_ready": not missing and not is_over,
        "missing": missing,
        "warned": [] if is_over else [*warnings],
    }


def registration_lines(edition: Edition) -> list[RegistrationLine]:
    """Return the registrations of an edition in the order of `STATE_ORDER`."""
    positions = waiting_list_positions(seating.waiting_registrations(edition))
    rows = edition.registrations.select_related("participant", "sender")
    ordered = sorted(
        rows.order_by("applied_at", "pk"),
        key=lambda row: (STATE_ORDER.index(State(row.state)), positions.get(row.pk, 0)),
    )
    return [_registration_line(row, positions.get(row.pk)) for row in ordered]


def _quota_lines(edition: Edition, at: datetime) -> Iterator[QuotaLine]:
    seated = edition.registrations.seated().order_by("pk")
    taken = Counter(seated.values_list("sender", flat=True))
    for quota in edition.quotas.select_related("sender").order_by("sender__name", "pk"):
        is_released = quota.released_at is not None and quota.released_at <= at
        yield QuotaLine(quota, taken[quota.sender_id], is_released)


def _unused_quota_warnings(
    quotas: list[QuotaLine], registrations: list[RegistrationLine]
) -> Iterator[str]:
    """Yield a warning for each quota with free seats and no release date while others wait."""
    has_waiting = any(row.registration.state == State.WAITING for row in registrations)
    for line in quotas if has_waiting else ():
        free, name = line.quota.seats - line.taken, line.quota.sender.name
        if free > 0 and line.quota.released_at is None:
            message = _(  # For translators: {n} is how many seats, {name} an organisation
                "People are waiting, and {n} of the seats reserved for {name} are free."
                " No date is set from which others may take them."
            )
            yield format_html(message, n=free, name=isolate_direction(name))


def _co_host_labels(edition: Edition) -> Iterator[tuple[Organisation, StateLabel]]:
    for organisation in edition.co_hosts.order_by("name", "pk"):
        yield organisation, scheduling_labels.label_booking_state(enums.BookingState.ACCEPTED)
    for organisation in edition.asked_co_hosts.order_by("name", "pk"):
        yield organisation, scheduling_labels.label_booking_state(enums.BookingState.ASKED)


def _registration_line(row: models.Registration, waiting_position: int | None) -> RegistrationLine:
    status = labels.state_label(row.state, position=waiting_position, is_paused=row.is_paused)
    return RegistrationLine(row, status, waiting_position)


def _session_lines(edition: Edition, required: rules.Requirements) -> list[SessionLine]:
    """Return sessions with bookings and unmet requirements, in three queries for any number."""
    sessions = edition.sessions.select_related("venue__resource", "venue__place")
    bookings_by_session: dict[UUID, list[Booking]] = defaultdict(list)
    rows = Booking.objects.filter(session__edition=edition)
    rows = rows.exclude(state=enums.BookingState.CANCELLED)
    rows = rows.select_related("resource", "language").prefetch_related("resource__languages")
    for row in rows.order_by("role", "pk"):
        bookings_by_session[row.session_id].append(row)
    ordered = list(sessions.order_by("starts_at", "number"))
    active = [session for session in ordered if not session.cancelled_at]
    spans = {session.pk: rules.Span(session.starts_at, session.ends_at) for session in active}
    lines = []
    for session in ordered:
        bookings, unmet = bookings_by_session[session.pk], []
        if session.pk in spans:
            unmet = _session_overlaps(session, spans)
            unmet += find_unmet_requirements(session, bookings, required)
        statuses = [(row, scheduling_labels.booking_status(row)) for row in bookings]
        lines.append(SessionLine(session, statuses, unmet))
    return lines


def _session_overlaps(session: Session, spans: Mapping[UUID, rules.Span]) -> list[ConflictKind]:
    others = (span for pk, span in spans.items() if pk != session.pk)
    overlaps = rules.overlaps_any(spans[session.pk], others)
    return vocabulary.without_ignored([ConflictKind.SESSIONS_MEET] if overlaps else [])


def _moved_booking_warnings(session_lines: list[SessionLine]) -> Iterator[str]:
    """Yield a warning for each booking that was accepted before its session moved."""
    for line in session_lines:
        for booking, _status in line.bookings:
            if booking.asked_again_at is not None:
                # Translators: {number} is the number of a session, {name} who or what is booked.
                message = _(
                    "Session {number} moved. {name} had accepted the old time or place:"
                    " ask again, and note the answer."
                )
                name = isolate_direction(booking.resource.name)
                yield format_html(message, number=line.session.number, name=name)


def _requirement_sentences(
    session_lines: list[SessionLine], *, allows_readiness: bool
) -> Iterator[str]:
    """Yield a sentence for each unmet requirement of the sessions: of those that allow the
    edition to be ready if `allows_readiness`, else of those that prevent it."""
    preventing = vocabulary.kinds_preventing_readiness()
    template = _("Session {number}: {finding}")  # For translators: {finding} is a sentence
    for line in session_lines:
        session, kinds = line.session, line.unmet_requirements
        name = session.venue.resource.name if session.venue else "–"
        for kind in (kind for kind in kinds if (kind not in preventing) is allows_readiness):
            finding = str(scheduling_labels.CONFLICT_SENTENCES[kind]).format(name=name)
            yield template.format(number=session.number, finding=finding)


def _missing_sentences(edition: Edition, session_lines: list[SessionLine]) -> Iterator[str]:
    """Yield a sentence for each thing that keeps an edition from being ready."""
    active = [line for line in session_lines if line.session.cancelled_at is None]
    if not active:
        yield _("The training has no session yet.")
    for line in active:
        number, rows = line.session.number, [row for row, _status in line.bookings]
        live_roles = {row.role for row in rows if row.state in rules.LIVE_STATES}
        if enums.BookingRole.TRAINER not in live_roles:
            # Translators, of each below: {number} is the number of a session.
            yield _("Session {number} has no trainer.").format(number=number)
        if edition.delivery != enums.Delivery.ONLINE and line.session.venue is None:
            yield _("Session {number} has no venue.").format(number=number)
        if edition.delivery != enums.Delivery.IN_PERSON and not line.session.link:
            yield _("Session {number} has no link to the online session.").format(number=number)
        if any(row.role not in live_roles for row in rows):
            message = _("A booking for session {number} was declined and has no replacement.")
            yield message.format(number=number)
        if any(row.state == enums.BookingState.ASKED for row in rows):
            yield _("A booking for session {number} is not answered yet.").format(number=number)
    yield from _requirement_sentences(session_lines, allows_readiness=False)
