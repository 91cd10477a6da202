"""Actions on editions and their sessions: plan, edit, open, move, cancel.
Every change of the plan raises the sequence number by which calendars notice an update."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from protect.audit.context import in_chain_order
from protect.kernel.ids import generate_code
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
from protect.trainings.registrations.actions import seats as seating
from protect.trainings.registrations.actions.mail import mail_participants
from protect.trainings.registrations.enums import RegistrationMove, RegistrationState
from protect.trainings.registrations.rules import next_registration_state
from protect.trainings.scheduling import enums, errors, rules
from protect.trainings.scheduling.actions import bookings, conflicts, mail
from protect.trainings.scheduling.models import Booking, Edition, Session, Venue

# The columns of an edition that one form changes, under one edit number; `languages` is apart.
EDITABLE_FIELDS = (
    *("zone", "delivery", "seat_limit", "opens_at", "closes_at", "approval"),
    *("offer_hours", "is_listed", "grant_number", "logistics_team", "note"),
)

type Fields = dict[str, Any]

# Fields that are saved when a session is moved.
MOVED_FIELDS = ("starts_at", "ends_at", "zone", "venue", "link", "reason", "sequence", "changed_at")


class SessionPlan(NamedTuple):
    """The time and place of a session. Times are aware; screens show the clock of `zone`."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    venue: Venue | None = None
    link: str = ""

    @property
    def span(self) -> rules.Span:
        return rules.Span(self.starts_at, self.ends_at)


@transaction.atomic
def create_edition(
    scope: Scope, host: Organisation, version: CourseVersion, fields: Fields, *, at: datetime
) -> Edition:
    """Plan an edition of a published course, with the questionnaires that the course suggests.
    Shapes: `fields` has EDITABLE_FIELDS, `country_id` and `languages`, which is a list. Errors:
    PermissionDenied; trainings_version_not_published."""
    audit = access.planner_context(scope, host.pk, at=at)
    access.must_belong_to(host.pk, fields.get("logistics_team"))
    if version.state != VersionState.PUBLISHED:
        raise TrainingRefusal("trainings_version_not_published")
    columns = {name: value for name, value in fields.items() if name != "languages"}
    columns |= {"code": generate_code(), "course_version": version, "host": host, "created": at}
    edition = Edition.objects.create(**columns)
    edition.languages.set(fields.get("languages", ()))
    for extension in extensions():
        extension.begin(edition)
    audit.record("trainings.plan", edition)
    return edition


@transaction.atomic
def edit_edition(
    scope: Scope, edition: Edition, fields: Fields, *, edited: int, at: datetime, reason: str = ""
) -> Edition:
    """Change the editable fields and offer free seats. `edited`: the edit number that the page
    showed. `reason`: why there are more seats than the room holds. Errors: PermissionDenied;
    EditionMoveNotAllowed; trainings_edit_conflict; trainings_needs_sealed;
    trainings_quotas_above_seats; trainings_seats_below_taken; trainings_seats_above_room."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    access.must_belong_to(edition.host_id, fields.get("logistics_team"))
    row = lock_unfinished_edition(edition, _("Edit the training"))
    if row.edited != edited:
        raise TrainingRefusal("trainings_edit_conflict")
    old_seat_limit, old_team_id = row.seat_limit, row.logistics_team_id
    for name in EDITABLE_FIELDS:
        setattr(row, name, fields.get(name, getattr(row, name)))
    needs = Need.objects.filter(registration__edition=row)
    if row.logistics_team_id != old_team_id and needs.exists():
        raise TrainingRefusal("trainings_needs_sealed")
    _must_have_seats_for_quotas(row)
    if row.seat_limit != old_seat_limit:
        _must_keep_taken_seats(row, old_seat_limit)
        _must_fit_room(row, reason)
    row.edited += 1
    row.sequence += 1
    row.save(update_fields=[*EDITABLE_FIELDS, "edited", "sequence"])
    if "languages" in fields:
        row.languages.set(fields["languages"])
    audit.record("trainings.edit", row)
    seating.offer_free_seats(row, at=at)
    return row


@transaction.atomic
@in_chain_order()
def move_edition(
    scope: Scope, edition: Edition, step: enums.EditionMove, *, at: datetime, reason: str = ""
) -> Edition:
    """Change the state of an edition. Finishing ends all registrations but confirmed ones;
    cancelling ends all, and the sessions. Errors: PermissionDenied; EditionMoveNotAllowed;
    trainings_reason_missing, for cancelling; trainings_edition_not_ended, for finishing early."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    row = seating.lock_edition(edition.pk)
    row.state = rules.next_edition_state(enums.EditionState(row.state), step)
    if step is enums.EditionMove.CANCEL:
        if not reason:
            raise TrainingRefusal("trainings_reason_missing")
        row.state_reason = reason
        cancel_sessions(bookings.lock_active_sessions(row.sessions.all()), at=at)
        _end_registrations(row.registrations.active(), at=at)
    if step is enums.EditionMove.FINISH:  # ends the waiting list
        if row.sessions.not_ended(at).exists():
            raise TrainingRefusal("trainings_edition_not_ended")
        unconfirmed = row.registrations.active().exclude(state=RegistrationState.CONFIRMED)
        _end_registrations(unconfirmed, at=at)
    row.sequence += 1
    row.save(update_fields=["state", "state_reason", "sequence"])
    audit.record(f"trainings.{step.value}", row)
    return row


@transaction.atomic
def add_session(
    scope: Scope, edition: Edition, session_plan: SessionPlan, *, at: datetime, reason: str = ""
) -> Session:
    """Add a session to an edition, and book its room.
    Errors: PermissionDenied; EditionMoveNotAllowed; ClashBlocks; ClashNeedsReason."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    row = lock_unfinished_edition(edition, _("Add a session"))
    bookings.must_be_bookable(row, session_plan.venue)
    last_number = row.sessions.aggregate(n=Max("number"))["n"] or 0
    session_conflicts = conflicts.find_session_conflicts(row, session_plan.span, at=at)
    session = Session.objects.create(
        edition=row,
        numbered_in=row.pk,
        number=last_number + 1,
        kind=enums.SessionKind.TRAINING,
        count_mode="named",
        reason=reason if session_conflicts else "",
        **session_plan._asdict(),
    )
    bookings.book_room(session, audit, reason=reason, session_conflicts=session_conflicts)
    Edition.objects.filter(pk=row.pk).update(sequence=F("sequence") + 1)
    audit.record("trainings.session_add", session)
    return session


@transaction.atomic
@in_chain_order()
def move_session(
    scope: Scope, session: Session, session_plan: SessionPlan, *, at: datetime, reason: str = ""
) -> Session:
    """Change a session. If its time or place changes, its bookings and arrangements must be
    confirmed again. Confirmed participants get a mail about a new time, place or link.
    Errors: BookingMoveNotAllowed, for a cancelled session; as `add_session`."""
    edition = session.training
    audit = access.planner_context(scope, edition.host_id, at=at)
    locked = lock_unfinished_edition(edition, _("Move a session"))
    row = bookings.lock_active_session(session)
    old_venue_id, old_link, span = row.venue_id, row.link, session_plan.span
    has_new_time = span != rules.Span(row.starts_at, row.ends_at)
    bookings.must_be_bookable(locked, session_plan.venue, row)
    row.venue = session_plan.venue
    is_moved = has_new_time or row.venue_id != old_venue_id
    if is_moved:
        time_conflicts: Sequence[conflicts.Conflict] = ()
        if has_new_time:
            time_conflicts = conflicts.find_session_conflicts(locked, span, at=at, excluding=row.pk)
            row.reason = reason if time_conflicts else ""
        bookings.move_bookings(row, span, audit, reason=reason, session_conflicts=time_conflicts)
        actions.reopen_ordered_needs(locked, audit)
    for name, value in session_plan._asdict().items():
        setattr(row, name, value)
    row.sequence += 1
    row.changed_at = at
    row.save(update_fields=MOVED_FIELDS)
    bookings.book_room(row, audit, reason=reason)
    audit.record("trainings.session_move", row)
    if is_moved or row.link != old_link:
        _mail_change_to_confirmed(edition, at=at)
    return row


@transaction.atomic
@in_chain_order()
def cancel_session(scope: Scope, session: Session, *, at: datetime) -> Session:
    """Cancel a session and its bookings; mail confirmed participants and booked people.
    Errors: PermissionDenied; EditionMoveNotAllowed; BookingMoveNotAllowed, if cancelled."""
    edition = session.training
    audit = access.planner_context(scope, edition.host_id, at=at)
    lock_unfinished_edition(edition, _("Cancel the session"))
    row = bookings.lock_active_session(session)
    cancel_sessions([row], at=at)
    audit.record("trainings.session_cancel", row)
    _mail_change_to_confirmed(edition, at=at)
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
    """Reserve seats for a nominating organisation, until `released_at` if given; 0 seats
    remove the quota. Free seats are offered at once. Errors: PermissionDenied;
    EditionMoveNotAllowed; trainings_quota_below_confirmed; trainings_quotas_above_seats."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    access.must_belong_to(edition.host_id, sender)
    row = lock_unfinished_edition(edition, _("Keep seats"))
    taken = row.registrations.seated().filter(sender=sender).count()
    if seats < taken and (seats or row.quotas.filter(sender=sender).exists()):
        raise TrainingRefusal("trainings_quota_below_confirmed", taken=taken)
    quota, values = None, {"seats": seats, "released_at": released_at}
    if seats:
        rows = models.OrgQuota.objects
        quota, _is_new = rows.update_or_create(edition=row, sender=sender, defaults=values)
    else:
        row.quotas.filter(sender=sender).delete()
    _must_have_seats_for_quotas(row)
    audit.record("trainings.quota", row)
    seating.offer_free_seats(row, at=at)
    return quota


def cancel_sessions(sessions: Sequence[Session], *, at: datetime) -> None:
    """Cancel locked sessions and their bookings; mail each booked person."""
    rows = Booking.objects.live().filter(session__in=sessions)
    booked = rows.order_by("pk").values_list("resource", flat=True)
    mail.notify_booked_people(bookings.lock_resources(booked), at=at)
    rows.update(state=enums.BookingState.CANCELLED, asked_again_at=None)
    for session in sessions:
        session.cancelled_at = at
        session.sequence += 1
        session.changed_at = at
        session.save(update_fields=["cancelled_at", "sequence", "changed_at"])


def seat_counts(edition: Edition, *, at: datetime) -> dict[str, int | None]:
    """Return `limit`, `taken`, `free` seats outside quotas, least `room`; None: no such limit."""
    seats = seating.count_seats(edition, at=at)
    taken, room = sum(seats.taken.values()), seating.smallest_room_capacity(edition)
    return {"limit": seats.limit, "taken": taken, "free": seats.free_for(None), "room": room}


def _must_have_seats_for_quotas(edition: Edition) -> None:
    reserved = sum(edition.quotas.order_by("pk").values_list("seats", flat=True))
    if edition.seat_limit is not None and reserved > edition.seat_limit:
        raise TrainingRefusal("trainings_quotas_above_seats", seats=edition.seat_limit)


def _must_keep_taken_seats(edition: Edition, old_seat_limit: int | None) -> None:
    """Refuse to lower the seat limit below the seats taken; raising it is always allowed."""
    taken, limit = edition.registrations.seated().count(), edition.seat_limit
    if limit is None or (old_seat_limit is not None and limit >= old_seat_limit):
        return
    if limit < taken:
        raise TrainingRefusal("trainings_seats_below_taken", taken=taken)


def _must_fit_room(edition: Edition, reason: str) -> None:
    """Refuse more seats than the smallest room holds, or store the reason in rooms' bookings."""
    capacity, limit = seating.smallest_room_capacity(edition), edition.seat_limit
    if capacity is None or (limit is not None and limit <= capacity):
        return
    if not reason:
        raise TrainingRefusal("trainings_seats_above_room", capacity=capacity)
    rooms = Booking.objects.live().filter(session__edition=edition, role=enums.BookingRole.ROOM)
    if limit is not None:
        rooms = rooms.filter(resource__venue__capacity__lt=limit)
    rooms.update(reason=reason)


def _mail_change_to_confirmed(edition: Edition, *, at: datetime) -> None:
    confirmed = edition.registrations.filter(state=RegistrationState.CONFIRMED)
    mail_participants(confirmed.order_by("pk"), Template.TRAINING_CHANGED, at=at)


def _end_registrations(active: models.RegistrationQuerySet, *, at: datetime) -> None:
    """Cancel active registrations, and mail their participants unless UNPROVEN."""
    ended = list(active.select_for_update(of=("self",)).order_by("pk"))
    proven = [row for row in ended if row.state != RegistrationState.UNPROVEN]  # others: no mail
    for row in ended:
        state, cancel = RegistrationState(row.state), RegistrationMove.CANCEL
        row.state = next_registration_state(state, cancel, is_paused=row.is_paused, is_free=True)
        row.is_paused, row.offer_expires_at, row.ended_at = False, None, at
    columns = ["state", "is_paused", "offer_expires_at", "ended_at"]
    models.Registration.objects.bulk_update(ended, columns)
    mail_participants(proven, Template.TRAINING_CHANGED, at=at)


def lock_unfinished_edition(edition: Edition, move: str) -> Edition:
    """Lock and return an edition, unless over. Errors: EditionMoveNotAllowed, labelled `move`."""
    row = seating.lock_edition(edition.pk)
    must_not_be_over(row, move)
    return row


def must_not_be_over(edition: Edition, move: str) -> None:
    """Refuse an edition that is over. Errors: EditionMoveNotAllowed, labelled `move`."""
    if edition.is_over:
        raise errors.EditionMoveNotAllowed(state=enums.EditionState(edition.state), move=move)
