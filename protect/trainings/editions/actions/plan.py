"""Editions and their half days: planned, opened, moved, cancelled. Calendars are updated."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from protect.audit.context import in_chain_order
from protect.kernel.ids import drawn_code
from protect.notices.enums import Template
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.base.extension import extensions
from protect.trainings.curricula.enums import VersionState
from protect.trainings.curricula.models import CourseVersion
from protect.trainings.needs import actions
from protect.trainings.needs.models import Need
from protect.trainings.registrations import models
from protect.trainings.registrations.actions.mail import tell
from protect.trainings.registrations.actions.seats import locked, offer_free, room_of, seats_of
from protect.trainings.registrations.enums import RegistrationMove, RegistrationState
from protect.trainings.registrations.rules import step_registration
from protect.trainings.scheduling import enums, errors, rules
from protect.trainings.scheduling.actions import bookings, conflicts, mail
from protect.trainings.scheduling.models import Booking, Edition, Session, Venue

# What a form may change of an edition, at once and under one number of edits.
EDITABLE = (
    *("zone", "delivery", "seat_limit", "opens_at", "closes_at", "approval"),
    *("offer_hours", "is_listed", "grant_number", "logistics_team", "note"),
)

MOVED = ("starts_at", "ends_at", "zone", "venue", "link", "reason", "sequence", "changed_at")


class HalfDay(NamedTuple):
    """The time and place of a half day. Aware instants; people read the clock of `zone`."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    venue: Venue | None = None
    link: str = ""

    @property
    def span(self) -> rules.Span:
        return rules.Span(self.starts_at, self.ends_at)


@transaction.atomic
def plan(
    scope: Scope,
    host: Organisation,
    version: CourseVersion,
    fields: dict[str, Any],
    *,
    at: datetime,
) -> Edition:
    """Plan an edition of a published course. It begins with the forms of the course.
    Shapes: `fields` of EDITABLE, and country; `languages` as a list.
    Errors: PermissionDenied; trainings_version_not_published."""
    audit = access.planner_context(scope, host.pk, at=at)
    access.must_be_of(host.pk, fields.get("logistics_team"))
    if version.state != VersionState.PUBLISHED:
        raise TrainingRefusal("trainings_version_not_published")
    single = {name: value for name, value in fields.items() if name != "languages"}
    edition = Edition.objects.create(
        code=drawn_code(), course_version=version, host=host, created=at, **single
    )
    edition.languages.set(fields.get("languages", ()))
    for extension in extensions():
        extension.begin(edition)
    audit.record("trainings.plan", edition)
    return edition


@transaction.atomic
def edit(
    scope: Scope,
    edition: Edition,
    fields: dict[str, Any],
    *,
    edited: int,
    at: datetime,
    reason: str = "",
) -> Edition:
    """Change the editable fields. `edited`: as the form's page showed; `reason`: why so many seats.
    Errors: PermissionDenied; trainings_edit_conflict; trainings_needs_sealed;
    trainings_quotas_above_seats; trainings_seats_below_taken; trainings_seats_above_room."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    access.must_be_of(edition.host_id, fields.get("logistics_team"))
    row = going(edition, _("Edit the training"))
    if row.edited != edited:
        raise TrainingRefusal("trainings_edit_conflict")
    before, team = row.seat_limit, row.logistics_team_id
    for name in EDITABLE:
        setattr(row, name, fields.get(name, getattr(row, name)))
    if row.logistics_team_id != team and Need.objects.filter(registration__edition=row).exists():
        raise TrainingRefusal("trainings_needs_sealed")
    _must_hold_quotas(row)
    if row.seat_limit != before:
        _must_seat_all(row, before)
        _must_fit_room(row, reason)
    row.edited += 1
    row.sequence += 1
    row.save(update_fields=[*EDITABLE, "edited", "sequence"])
    if "languages" in fields:
        row.languages.set(fields["languages"])
    audit.record("trainings.edit", row)
    offer_free(row, at=at)
    return row


@transaction.atomic
@in_chain_order()
def move(
    scope: Scope, edition: Edition, step: enums.EditionMove, *, at: datetime, reason: str = ""
) -> Edition:
    """Open, close, finish or cancel an edition. Finishing ends the waiting list.
    Errors: PermissionDenied; EditionMoveNotAllowed; trainings_reason_missing, when it is cancelled;
    trainings_edition_not_ended, when it is finished before the last half day has ended."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    row = locked(edition.pk)
    row.state = rules.step_edition(enums.EditionState(row.state), step)
    if step is enums.EditionMove.CANCEL:
        if not reason:
            raise TrainingRefusal("trainings_reason_missing")
        row.state_reason = reason
        cancel_sessions(bookings.standing_of(row.sessions.all()), at=at)
        _end(row.registrations.active(), at=at)
    if step is enums.EditionMove.FINISH:  # who did not sit waits no longer
        if row.sessions.to_end(at).exists():
            raise TrainingRefusal("trainings_edition_not_ended")
        _end(row.registrations.active().exclude(state=RegistrationState.CONFIRMED), at=at)
    row.sequence += 1
    row.save(update_fields=["state", "state_reason", "sequence"])
    audit.record(f"trainings.{step.value}", row)
    return row


@transaction.atomic
def add_half_day(
    scope: Scope, edition: Edition, half_day: HalfDay, *, at: datetime, reason: str = ""
) -> Session:
    """Add a half day to an edition, and book its room.
    Errors: PermissionDenied; EditionMoveNotAllowed; ClashBlocks; ClashNeedsReason."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    row = going(edition, _("Add a half day"))
    bookings.must_offer(row, half_day.venue)
    last = row.sessions.aggregate(n=Max("number"))["n"] or 0
    beside = conflicts.find_session_conflicts(row, half_day.span, at=at)
    session = Session.objects.create(
        edition=row,
        numbered_in=row.pk,
        number=last + 1,
        kind=enums.SessionKind.TRAINING,
        count_mode="named",
        reason=reason if beside else "",
        **half_day._asdict(),
    )
    bookings.keep_room(session, audit, reason=reason, beside=beside)
    Edition.objects.filter(pk=row.pk).update(sequence=F("sequence") + 1)
    audit.record("trainings.half_day_add", session)
    return session


@transaction.atomic
@in_chain_order()
def move_half_day(
    scope: Scope, session: Session, half_day: HalfDay, *, at: datetime, reason: str = ""
) -> Session:
    """Change a half day. If it moves, its bookings and orders need a new answer.
    Confirmed participants get a mail about another time, place or link.
    Errors: BookingMoveNotAllowed, for a cancelled one; as `add_half_day`."""
    edition = session.training
    audit = access.planner_context(scope, edition.host_id, at=at)
    going_on = going(edition, _("Move a half day"))
    row = bookings.standing(session)
    venue, link, span = row.venue_id, row.link, half_day.span
    is_later = span != rules.Span(row.starts_at, row.ends_at)
    bookings.must_offer(going_on, half_day.venue, row)
    row.venue = half_day.venue
    is_moved = is_later or row.venue_id != venue
    if is_moved:
        beside: Sequence[conflicts.Conflict] = ()
        if is_later:
            beside = conflicts.find_session_conflicts(going_on, span, at=at, but=row.pk)
            row.reason = reason if beside else ""
        bookings.move_bookings(row, span, audit, reason=reason, beside=beside)
        actions.ask_again(going_on, audit)
    for name, value in half_day._asdict().items():
        setattr(row, name, value)
    row.sequence += 1
    row.changed_at = at
    row.save(update_fields=MOVED)
    bookings.keep_room(row, audit, reason=reason)
    audit.record("trainings.half_day_move", row)
    if is_moved or row.link != link:
        _tell_confirmed(edition, at=at)
    return row


@transaction.atomic
@in_chain_order()
def cancel_half_day(scope: Scope, session: Session, *, at: datetime) -> Session:
    """Cancel a half day and its bookings; participants get a mail. Errors: PermissionDenied."""
    edition = session.training
    audit = access.planner_context(scope, edition.host_id, at=at)
    going(edition, _("Cancel the half day"))
    row = bookings.standing(session)
    cancel_sessions([row], at=at)
    audit.record("trainings.half_day_cancel", row)
    _tell_confirmed(edition, at=at)
    return row


@transaction.atomic
def set_quota(
    scope: Scope,
    edition: Edition,
    sender: models.Sender,
    seats: int,
    *,
    released_at: datetime | None,
    at: datetime,
) -> models.OrgQuota | None:
    """Keep seats for an organisation; 0 keeps none. Seats that become free are offered at once.
    Errors: PermissionDenied; trainings_quota_below_confirmed; trainings_quotas_above_seats."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    access.must_be_of(edition.host_id, sender)
    row = going(edition, _("Keep seats"))
    taken = row.registrations.seated().filter(sender=sender).count()
    if 0 < seats < taken or (seats == 0 < taken and row.quotas.filter(sender=sender).exists()):
        raise TrainingRefusal("trainings_quota_below_confirmed", taken=taken)
    quota = None
    if seats:
        quota, _is_new = models.OrgQuota.objects.update_or_create(
            edition=row, sender=sender, defaults={"seats": seats, "released_at": released_at}
        )
    else:
        row.quotas.filter(sender=sender).delete()
    _must_hold_quotas(row)
    audit.record("trainings.quota", row)
    offer_free(row, at=at)
    return quota


def cancel_sessions(sessions: Sequence[Session], *, at: datetime) -> None:
    """Cancel sessions that are locked. Their bookings end, and each booked person gets a mail."""
    rows = Booking.objects.live().filter(session__in=sessions)
    mail.tell_booked(bookings.lock(rows.order_by("pk").values_list("resource", flat=True)), at=at)
    rows.update(state=enums.BookingState.CANCELLED, asked_again_at=None)
    for session in sessions:
        session.cancelled_at = at
        session.sequence += 1
        session.changed_at = at
        session.save(update_fields=["cancelled_at", "sequence", "changed_at"])


def seats_shown(edition: Edition, *, at: datetime) -> dict[str, int | None]:
    """Return the seat counts of a board: limit, taken, free without a quota, size of the room."""
    seats = seats_of(edition, at=at)
    return {
        "limit": seats.limit,
        "taken": sum(seats.taken.values()),
        "free": seats.free_for(None),
        "room": room_of(edition),
    }


def _must_hold_quotas(edition: Edition) -> None:
    kept = sum(edition.quotas.order_by("pk").values_list("seats", flat=True))
    if edition.seat_limit is not None and kept > edition.seat_limit:
        raise TrainingRefusal("trainings_quotas_above_seats", seats=edition.seat_limit)


def _must_seat_all(edition: Edition, before: int | None) -> None:
    """Refuse fewer seats than are taken; participants confirmed past the limit stay."""
    taken, limit = edition.registrations.seated().count(), edition.seat_limit
    if limit is not None and limit < taken and (before is None or limit < before):
        raise TrainingRefusal("trainings_seats_below_taken", taken=taken)


def _must_fit_room(edition: Edition, reason: str) -> None:
    """Refuse more seats than the smallest room holds; a reason stays with its bookings."""
    room, limit = room_of(edition), edition.seat_limit
    if room is None or (limit is not None and limit <= room):
        return
    if not reason:
        raise TrainingRefusal("trainings_seats_above_room", capacity=room)
    rooms = Booking.objects.live().filter(session__edition=edition, role=enums.BookingRole.ROOM)
    if limit is not None:
        rooms = rooms.filter(resource__venue__capacity__lt=limit)
    rooms.update(reason=reason)


def _tell_confirmed(edition: Edition, *, at: datetime) -> None:
    confirmed = edition.registrations.filter(state=RegistrationState.CONFIRMED)
    tell(confirmed.order_by("pk"), Template.TRAINING_CHANGED, at=at)


def _end(active: models.RegistrationQuerySet, *, at: datetime) -> None:
    ended = list(active.select_for_update(of=("self",)).order_by("pk"))
    proven = [row for row in ended if row.state != RegistrationState.UNPROVEN]  # others: one mail
    for row in ended:
        state, cancel = RegistrationState(row.state), RegistrationMove.CANCEL
        row.state = step_registration(state, cancel, is_paused=row.is_paused, is_free=True)
        row.is_paused, row.offer_expires_at, row.ended_at = False, None, at
    models.Registration.objects.bulk_update(
        ended, ["state", "is_paused", "offer_expires_at", "ended_at"]
    )
    tell(proven, Template.TRAINING_CHANGED, at=at)


def going(edition: Edition, move: str) -> Edition:
    """Return an edition that is not over, locked. Errors: EditionMoveNotAllowed."""
    row = locked(edition.pk)
    must_go_on(row, move)
    return row


def must_go_on(edition: Edition, move: str) -> None:
    """Refuse a move of an edition that is over. Errors: EditionMoveNotAllowed."""
    if edition.is_over:
        raise errors.EditionMoveNotAllowed(state=enums.EditionState(edition.state), move=move)
