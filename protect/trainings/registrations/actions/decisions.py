"""Decisions about registrations: approve, refuse, confirm, accept an offer, withdraw.
Seats are counted under a lock. Source: docs/adr/0027-trainings.md."""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from protect.audit.context import AuditContext
from protect.notices.enums import Template
from protect.orgs.scope import Scope
from protect.trainings.base import access, errors
from protect.trainings.base.extension import extensions
from protect.trainings.registrations.actions import mail, seats
from protect.trainings.registrations.enums import RegistrationMove, RegistrationState, WaitingRule
from protect.trainings.registrations.models import Registration, WaitingMove
from protect.trainings.scheduling.enums import Approval, EditionState
from protect.trainings.scheduling.models import Edition

type Party = list[Registration]  # people who come together


class OfferOutcome(StrEnum):
    """Result of accepting an offer: a seat, or too late because another person has it."""

    SEATED = "seated"
    PASSED_ON = "passed_on"


@transaction.atomic
def approve(scope: Scope, registration: Registration, *, at: datetime, reason: str = "") -> Party:
    """Approve an application and its companions'. With a `reason` they get seats beyond the limit,
    up to the size of the room. Without a reason, if seats are missing, they join the waiting
    list. Errors: PermissionDenied; RegistrationMoveNotAllowed; trainings_room_full."""
    edition, row, audit = _lock_registration(registration, at, scope)
    party = _lock_party(row, RegistrationState.APPLIED)
    is_free = seats.can_seat_now(edition, [seats.to_waiting_entry(member) for member in party], at)
    if reason and not is_free:
        _must_fit_in_smallest_room(edition, len(party), at)
        is_free = True
    for member in party:
        member.reason = reason
        seats.apply_move(member, RegistrationMove.APPROVE, is_free=is_free)
        member.save(update_fields=["state", "reason"])
        audit.record("trainings.approve", member)
    seats.record_waiting_joins(
        [member for member in party if member.state == RegistrationState.WAITING], at=at
    )
    mail.mail_participants(party, Template.TRAINING_CHANGED, at=at)
    seats.offer_free_seats(edition, at=at)
    return party


@transaction.atomic
def approve_all(scope: Scope, edition: Edition, *, at: datetime) -> Counter[RegistrationState]:
    """Approve all applications, oldest first; return counts by state. Errors: PermissionDenied."""
    access.must_plan(scope, edition.host_id)
    rows = seats.lock_edition(edition.pk).registrations.filter(state=RegistrationState.APPLIED)
    state_by_registration: dict[UUID, str] = {}
    for row in list(rows.order_by("applied_at", "pk").select_related("edition", "participant")):
        if row.pk not in state_by_registration:  # a companion was approved with an earlier row
            state_by_registration |= {
                approved.pk: approved.state for approved in approve(scope, row, at=at)
            }
    return Counter(RegistrationState(state) for state in state_by_registration.values())


@transaction.atomic
def confirm_ahead(scope: Scope, registration: Registration, *, at: datetime, reason: str) -> Party:
    """Confirm a waiting participant and companions ahead of others and beyond the seat limit.
    Errors: as `approve`; trainings_overbooking_needs_reason."""
    edition, row, audit = _lock_registration(registration, at, scope)
    if not reason:
        raise errors.TrainingRefusal("trainings_overbooking_needs_reason")
    party = _lock_party(row, RegistrationState.WAITING)
    _must_fit_in_smallest_room(edition, len(party), at)
    for member in party:
        member.is_paused = False
        seats.apply_move(member, RegistrationMove.OFFER)
        seats.apply_move(member, RegistrationMove.ACCEPT)
        member.reason = reason
        member.save(update_fields=["state", "is_paused", "reason"])
        _create_waiting_move(member, audit, member.priority, reason)
        audit.record("trainings.confirm_over", member)
    mail.mail_participants(party, Template.TRAINING_CHANGED, at=at)
    seats.offer_free_seats(edition, at=at)
    return party


@transaction.atomic
def refuse(scope: Scope, registration: Registration, *, at: datetime, reason: str) -> Registration:
    """Refuse one application, not those of companions; the applicant reads the reason.
    Errors: PermissionDenied; trainings_reason_missing; RegistrationMoveNotAllowed."""
    _edition, row, audit = _lock_registration(registration, at, scope)
    if not reason:
        raise errors.TrainingRefusal("trainings_reason_missing")
    row.reason = reason
    _save_as_ended(row, RegistrationMove.REFUSE, at=at)
    audit.record("trainings.refuse", row)
    mail.mail_participants([row], Template.TRAINING_CHANGED, at=at)
    return row


@transaction.atomic
def change_priority(
    scope: Scope, registration: Registration, priority: int, *, at: datetime, reason: str
) -> Registration:
    """Change a waiting participant's priority; larger ones come first. Errors: as `refuse`."""
    edition, row, audit = _lock_registration(registration, at, scope)
    if not reason:
        raise errors.TrainingRefusal("trainings_reason_missing")
    if row.state != RegistrationState.WAITING:
        raise _move_not_allowed(row, _("Change the place on the waiting list"))
    old, row.priority = row.priority, priority
    row.save(update_fields=["priority"])
    _create_waiting_move(row, audit, old, reason)
    audit.record("trainings.move_up", row)
    seats.offer_free_seats(edition, at=at)
    return row


@transaction.atomic
def accept_offer(
    registration: Registration, *, at: datetime, scope: Scope | None = None
) -> OfferOutcome:
    """Accept an offered seat; `scope` is set if a coordinator does so by phone. After its deadline
    another participant may have the seat. Errors: PermissionDenied; RegistrationMoveNotAllowed."""
    edition, row, audit = _lock_registration(registration, at, scope)
    if row.offer_expires_at is not None and row.offer_expires_at <= at:
        _expire_offer(row, audit)
        seats.offer_free_seats(edition, at=at)
    if row.is_paused:
        _resume_waiting(row, audit)
        seats.offer_free_seats(edition, at=at)
        row.refresh_from_db()
        if row.state == RegistrationState.WAITING:
            return OfferOutcome.PASSED_ON
    seats.apply_move(row, RegistrationMove.ACCEPT)
    row.offer_expires_at = None
    row.save(update_fields=["state", "offer_expires_at"])
    _save_own_consent(row)
    audit.record("trainings.accept", row)
    mail.mail_participants([row], Template.TRAINING_CHANGED, at=at)
    return OfferOutcome.SEATED


@transaction.atomic
def record_picture_consent(
    registration: Registration, *, is_allowed: bool, at: datetime
) -> Registration:
    """Record consent to pictures, or refusal. Errors: RegistrationMoveNotAllowed if erased."""
    _edition, row, audit = _lock_registration(registration, at)
    if row.participant.erased_at is not None:
        raise _move_not_allowed(row, _("Pictures"))
    row.is_pictured = is_allowed
    row.save(update_fields=["is_pictured"])
    audit.record("trainings.say_pictures", row)
    return row


@transaction.atomic
def confirm_application(
    registration: Registration, *, at: datetime, scope: Scope | None = None
) -> Registration:
    """Confirm an application, by its mailed link or by a coordinator whom the applicant phones
    (`scope`). From now on it counts: without a free seat it joins the end of the waiting list.
    Errors: PermissionDenied; RegistrationMoveNotAllowed; trainings_window_closed."""
    edition, row, audit = _lock_registration(registration, at, scope)
    row.applied_at = at
    is_free = seats.can_seat_now(edition, [seats.to_waiting_entry(row)], at)
    approval = Approval(edition.approval)
    seats.apply_move(row, RegistrationMove.PROVE, is_free=is_free, approval=approval)
    if edition.state not in seats.SEAT_OFFERING_STATES or (scope is None and edition.has_ended(at)):
        raise errors.TrainingRefusal("trainings_window_closed")
    row.is_own_consent = True
    row.save(update_fields=["state", "applied_at", "is_own_consent"])
    audit.record("trainings.prove", row)
    seats.record_waiting_joins([row] if row.state == RegistrationState.WAITING else [], at=at)
    mail.mail_participants([row], Template.TRAINING_CHANGED, at=at)
    seats.offer_free_seats(edition, at=at)
    return row


@transaction.atomic
def record_own_consent(registration: Registration, *, at: datetime) -> Registration:
    """Record that a participant agrees to a registration that others made. Errors:
    RegistrationMoveNotAllowed for an unconfirmed or ended registration or a finished training."""
    edition, row, audit = _lock_registration(registration, at)
    is_named = row.ended_at is None and row.state != RegistrationState.UNPROVEN
    if not is_named or edition.state == EditionState.DONE:
        raise _move_not_allowed(row, _("Yes, I want to take part"))
    _save_own_consent(row)
    audit.record("trainings.agree", row)
    return row


@transaction.atomic
def resume_waiting(
    registration: Registration, *, at: datetime, scope: Scope | None = None
) -> Registration:
    """End the pause of a waiting participant, who keeps the position. Errors: as `accept_offer`."""
    edition, row, audit = _lock_registration(registration, at, scope)
    _resume_waiting(row, audit)
    seats.offer_free_seats(edition, at=at)
    row.refresh_from_db()
    return row


@transaction.atomic
def withdraw(
    registration: Registration, *, at: datetime, scope: Scope | None = None, is_mailed: bool = True
) -> Registration:
    """End one registration, offer its seat to the next participant; mail this one if `is_mailed`.
    Errors: PermissionDenied; RegistrationMoveNotAllowed, also when the training is done."""
    edition, row, audit = _lock_registration(registration, at, scope)
    if edition.state == EditionState.DONE:  # its attendance stays in the statistics
        raise _move_not_allowed(row, RegistrationMove.WITHDRAW)
    _save_as_ended(row, RegistrationMove.WITHDRAW, at=at)
    for extension in extensions():
        extension.after_withdrawal(row, at=at)
    if is_mailed:
        mail.mail_participants([row], Template.TRAINING_CHANGED, at=at)
    seats.offer_free_seats(edition, at=at)
    audit.record("trainings.withdraw", row)
    return row


@transaction.atomic
def withdraw_by_own_link(registration: Registration, *, at: datetime) -> Registration:
    """Withdraw by the own link. If confirmed, this is possible until the last session begins;
    later it would cost the certificate. Errors: trainings_withdraw_late; as `withdraw`."""
    edition, row, _audit = _lock_registration(registration, at)
    if is_too_late_to_withdraw(row, edition, at):
        raise errors.TrainingRefusal("trainings_withdraw_late")
    return withdraw(row, at=at)


def companions(row: Registration) -> QuerySet[Registration]:
    """Return the other active registrations of a party; each is refused or withdrawn alone."""
    if row.group is None:
        return Registration.objects.none()
    rows = row.edition.registrations.active().filter(group=row.group).exclude(pk=row.pk)
    return rows.select_related("participant").order_by("applied_at", "pk")


def is_too_late_to_withdraw(row: Registration, edition: Edition, at: datetime) -> bool:
    """Return whether the registration is confirmed and the edition's last session has begun."""
    return row.state == RegistrationState.CONFIRMED and edition.has_last_session_begun(at)


def expire_offers(*, at: datetime) -> Counter[str]:
    """End overdue offers and offer free seats; return the numbers as `lapsed` and `offered`."""
    counts: Counter[str] = Counter()
    candidates = Registration.objects.waiting() | Registration.objects.overdue(at)
    keys = candidates.filter(edition__state__in=seats.SEAT_OFFERING_STATES).order_by("edition")
    for key in keys.values_list("edition", flat=True).distinct():
        with transaction.atomic():
            edition = seats.lock_edition(key)
            audit = AuditContext(at=at, actor=None, organisation=edition.host_id)
            rows = edition.registrations.select_for_update(of=("self",)).overdue(at)
            for row in rows.order_by("pk"):
                _expire_offer(row, audit)
                counts["lapsed"] += 1
            counts["offered"] += len(seats.offer_free_seats(edition, at=at))
    return counts


def _lock_registration(
    registration: Registration, at: datetime, scope: Scope | None = None
) -> tuple[Edition, Registration, AuditContext]:
    """Return edition and registration, locked, and the audit context. Errors: PermissionDenied."""
    edition = seats.lock_edition(registration.edition_id)  # every action locks it first
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    rows = Registration.objects.select_for_update(of=("self",)).select_related("participant")
    return edition, rows.get(pk=registration.pk), audit


def _lock_party(row: Registration, state: RegistrationState) -> Party:
    """Return a locked registration and its companions in this state, which are locked here."""
    rows = companions(row).select_for_update(of=("self",)).filter(state=state)
    return [row, *rows.order_by("pk")]


def _must_fit_in_smallest_room(edition: Edition, additional: int, at: datetime) -> None:
    capacity = seats.smallest_room_capacity(edition)
    taken = sum(seats.count_seats(edition, at=at).taken.values())
    if capacity is not None and taken + additional > capacity:
        raise errors.TrainingRefusal("trainings_room_full", capacity=capacity)


def _move_not_allowed(row: Registration, move: str) -> Exception:
    return errors.RegistrationMoveNotAllowed(state=RegistrationState(row.state), move=move)


def _save_own_consent(row: Registration) -> None:
    """Store that a participant agrees to being registered."""
    row.is_own_consent = True
    row.save(update_fields=["is_own_consent"])


def _save_as_ended(row: Registration, move: RegistrationMove, *, at: datetime) -> None:
    seats.apply_move(row, move)
    row.is_paused, row.offer_expires_at, row.ended_at = False, None, at
    row.save(update_fields=["state", "is_paused", "offer_expires_at", "ended_at", "reason"])


def _expire_offer(row: Registration, audit: AuditContext) -> None:
    """Put a registration with an overdue offer back on the waiting list, paused, and mail it."""
    seats.apply_move(row, RegistrationMove.LAPSE)
    row.is_paused, row.offer_expires_at = True, None
    row.save(update_fields=["state", "is_paused", "offer_expires_at"])
    seats.record_waiting_moves([row], {row.pk: WaitingRule.LAPSED}, at=audit.at)
    mail.mail_participants([row], Template.TRAINING_CHANGED, at=audit.at)
    audit.record("trainings.lapse", row)


def _resume_waiting(row: Registration, audit: AuditContext) -> None:
    seats.apply_move(row, RegistrationMove.RENEW)
    row.is_paused = False
    row.save(update_fields=["is_paused"])
    seats.record_waiting_moves([row], {row.pk: WaitingRule.RENEWED}, at=audit.at)
    audit.record("trainings.renew", row)


def _create_waiting_move(row: Registration, audit: AuditContext, old: int, reason: str) -> None:
    """Record a coordinator's change of the waiting list; `old` is the priority before it."""
    WaitingMove.objects.create(
        registration=row,
        from_priority=old,
        to_priority=row.priority,
        rule=WaitingRule.BY_HAND,
        reason=reason,
        actor_id=audit.actor,
        at=audit.at,
    )
