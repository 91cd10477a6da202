"""Decisions about registrations: approved, refused, moved up, accepted, ended.
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
from protect.trainings.base import access
from protect.trainings.base.errors import RegistrationMoveNotAllowed, TrainingRefusal
from protect.trainings.base.extension import extensions
from protect.trainings.registrations.actions import seats
from protect.trainings.registrations.actions.mail import tell
from protect.trainings.registrations.enums import RegistrationMove, RegistrationState, WaitingRule
from protect.trainings.registrations.models import Registration, WaitingMove
from protect.trainings.scheduling import enums, models


class OfferOutcome(StrEnum):
    SEATED = "seated"
    PASSED_ON = "passed_on"


@transaction.atomic
def approve(
    scope: Scope, registration: Registration, *, at: datetime, reason: str = ""
) -> list[Registration]:
    """Confirm an applicant and companions; with a reason past the limit. Without seats they wait.
    Errors: PermissionDenied; RegistrationMoveNotAllowed; trainings_room_full."""
    edition, row, audit = _locked(registration, at, scope)
    party = _party(row, RegistrationState.APPLIED)
    is_free = seats.is_free_for(edition, [seats.as_waiting(each) for each in party], at)
    if reason and not is_free:
        _must_hold(edition, len(party), at)
        is_free = True
    for each in party:
        each.reason = reason
        seats.step(each, RegistrationMove.APPROVE, is_free=is_free)
        each.save(update_fields=["state", "reason"])
        audit.record("trainings.approve", each)
    seats.join([each for each in party if each.state == RegistrationState.WAITING], at=at)
    tell(party, Template.TRAINING_CHANGED, at=at)
    seats.offer_free(edition, at=at)
    return party


@transaction.atomic
def approve_all(
    scope: Scope, edition: models.Edition, *, at: datetime
) -> Counter[RegistrationState]:
    """Confirm all applicants, oldest first; return their new states. Errors: PermissionDenied."""
    access.must_plan(scope, edition.host_id)
    rows = seats.locked(edition.pk).registrations.filter(state=RegistrationState.APPLIED)
    decided: dict[UUID, str] = {}
    for row in list(rows.order_by("applied_at", "pk").select_related("edition", "participant")):
        if row.pk not in decided:  # companions are decided about together
            decided |= {each.pk: each.state for each in approve(scope, row, at=at)}
    return Counter(RegistrationState(state) for state in decided.values())


@transaction.atomic
def confirm_over(
    scope: Scope, registration: Registration, *, at: datetime, reason: str
) -> list[Registration]:
    """Give a seat to a waiting participant and their companions, past waiting list and limit.
    Errors: as `approve`; trainings_overbooking_needs_reason."""
    edition, row, audit = _locked(registration, at, scope)
    if not reason:
        raise TrainingRefusal("trainings_overbooking_needs_reason")
    party = _party(row, RegistrationState.WAITING)
    _must_hold(edition, len(party), at)
    for each in party:
        each.is_paused = False
        seats.step(each, RegistrationMove.OFFER)
        seats.step(each, RegistrationMove.ACCEPT)
        each.reason = reason
        each.save(update_fields=["state", "is_paused", "reason"])
        _by_hand(each, audit, each.priority, reason)
        audit.record("trainings.confirm_over", each)
    tell(party, Template.TRAINING_CHANGED, at=at)
    seats.offer_free(edition, at=at)
    return party


@transaction.atomic
def refuse(scope: Scope, registration: Registration, *, at: datetime, reason: str) -> Registration:
    """Refuse an applicant, with a reason that they read.
    Errors: PermissionDenied; trainings_reason_missing; RegistrationMoveNotAllowed."""
    _edition, row, audit = _locked(registration, at, scope)
    if not reason:
        raise TrainingRefusal("trainings_reason_missing")
    row.reason = reason
    _end(row, RegistrationMove.REFUSE, at=at)
    audit.record("trainings.refuse", row)
    tell([row], Template.TRAINING_CHANGED, at=at)
    return row


@transaction.atomic
def move_up(
    scope: Scope, registration: Registration, priority: int, *, at: datetime, reason: str
) -> Registration:
    """Change the priority of a waiting participant: the larger goes first. Errors: as `refuse`."""
    edition, row, audit = _locked(registration, at, scope)
    if not reason:
        raise TrainingRefusal("trainings_reason_missing")
    if row.state != RegistrationState.WAITING:
        raise _not_allowed(row, _("Give another place on the waiting list"))
    before, row.priority = row.priority, priority
    row.save(update_fields=["priority"])
    _by_hand(row, audit, before, reason)
    audit.record("trainings.move_up", row)
    seats.offer_free(edition, at=at)
    return row


@transaction.atomic
def accept_offer(
    registration: Registration, *, at: datetime, scope: Scope | None = None
) -> OfferOutcome:
    """Take the seat that was offered. `scope` is of a coordinator, when the participant phones.
    After the deadline the seat is first passed on; where no other participant waits for it, it is
    still theirs. Errors: PermissionDenied; RegistrationMoveNotAllowed."""
    edition, row, audit = _locked(registration, at, scope)
    if row.offer_expires_at is not None and row.offer_expires_at <= at:
        _lapse(row, audit)
        seats.offer_free(edition, at=at)
    if row.is_paused:
        _renew(row, audit)
        seats.offer_free(edition, at=at)
        row.refresh_from_db()
        if row.state == RegistrationState.WAITING:
            return OfferOutcome.PASSED_ON
    seats.step(row, RegistrationMove.ACCEPT)
    row.offer_expires_at = None
    row.save(update_fields=["state", "offer_expires_at"])
    _say_yes(row)
    audit.record("trainings.accept", row)
    tell([row], Template.TRAINING_CHANGED, at=at)
    return OfferOutcome.SEATED


@transaction.atomic
def say_pictures(registration: Registration, *, may_be: bool, at: datetime) -> Registration:
    """Record whether pictures may be taken of a participant, at any time, also after the training.
    Errors: RegistrationMoveNotAllowed, when they were erased meanwhile."""
    _edition, row, audit = _locked(registration, at)
    if row.participant.erased_at is not None:
        raise _not_allowed(row, _("Pictures"))
    row.is_pictured = may_be
    row.save(update_fields=["is_pictured"])
    audit.record("trainings.say_pictures", row)
    return row


@transaction.atomic
def prove(registration: Registration, *, at: datetime, scope: Scope | None = None) -> Registration:
    """Count an application from now on: the applicant confirms it by the mailed link.
    Without a free seat they wait, from now on: an application that was left unconfirmed overtakes
    no other. `scope`: of a coordinator, by phone.
    Errors: PermissionDenied; RegistrationMoveNotAllowed; trainings_window_closed."""
    edition, row, audit = _locked(registration, at, scope)
    row.applied_at = at
    is_free = seats.is_free_for(edition, [seats.as_waiting(row)], at)
    seats.step(
        row, RegistrationMove.PROVE, is_free=is_free, approval=enums.Approval(edition.approval)
    )
    if edition.state not in seats.SEATING or (scope is None and edition.has_ended(at)):
        raise TrainingRefusal("trainings_window_closed")
    row.is_own_consent = True
    row.save(update_fields=["state", "applied_at", "is_own_consent"])
    audit.record("trainings.prove", row)
    seats.join([row] if row.state == RegistrationState.WAITING else [], at=at)
    tell([row], Template.TRAINING_CHANGED, at=at)
    seats.offer_free(edition, at=at)
    return row


@transaction.atomic
def agree(registration: Registration, *, at: datetime) -> Registration:
    """Record that a participant agrees to a registration made by others. To refuse is to withdraw.
    Errors: RegistrationMoveNotAllowed, when it is not confirmed, or it or the training is over."""
    edition, row, audit = _locked(registration, at)
    is_named = row.ended_at is None and row.state != RegistrationState.UNPROVEN
    if not is_named or edition.state == enums.EditionState.DONE:
        raise _not_allowed(row, _("Yes, I want to take part"))
    _say_yes(row)
    audit.record("trainings.agree", row)
    return row


@transaction.atomic
def renew(registration: Registration, *, at: datetime, scope: Scope | None = None) -> Registration:
    """Let a paused participant wait on, at the same place. Errors: as `accept_offer`."""
    edition, row, audit = _locked(registration, at, scope)
    _renew(row, audit)
    seats.offer_free(edition, at=at)
    row.refresh_from_db()
    return row


@transaction.atomic
def withdraw(
    registration: Registration, *, at: datetime, scope: Scope | None = None, is_told: bool = True
) -> Registration:
    """End a registration and offer its seat to the next participant. `is_told`: by mail.
    Errors: PermissionDenied; RegistrationMoveNotAllowed, also when the training is over."""
    edition, row, audit = _locked(registration, at, scope)
    if edition.state == enums.EditionState.DONE:  # attendance stays counted
        raise _not_allowed(row, RegistrationMove.WITHDRAW)
    _end(row, RegistrationMove.WITHDRAW, at=at)
    for extension in extensions():
        extension.end(row, at=at)
    if is_told:
        tell([row], Template.TRAINING_CHANGED, at=at)
    seats.offer_free(edition, at=at)
    audit.record("trainings.withdraw", row)
    return row


@transaction.atomic
def withdraw_own(registration: Registration, *, at: datetime) -> Registration:
    """End a registration by its own link; one with a seat, only until the last session begins.
    No other participant could take the seat then, and one who attended would lose the certificate.
    Errors: trainings_withdraw_late; as `withdraw`."""
    edition, row, _audit = _locked(registration, at)
    if is_too_late(row, edition, at):
        raise TrainingRefusal("trainings_withdraw_late")
    return withdraw(row, at=at)


def companions(row: Registration) -> QuerySet[Registration]:
    """Return the active registrations made together with this one; they are decided as one."""
    if row.group is None:
        return Registration.objects.none()
    rows = row.edition.registrations.active().filter(group=row.group).exclude(pk=row.pk)
    return rows.select_related("participant").order_by("applied_at", "pk")


def is_too_late(row: Registration, edition: models.Edition, at: datetime) -> bool:
    """Return whether a participant with a seat can no longer withdraw by their own link."""
    return row.state == RegistrationState.CONFIRMED and edition.has_begun_last(at)


def pass_on(*, at: datetime) -> Counter[str]:
    """Lapse overdue offers and offer free seats, edition by edition; return how many of each."""
    done: Counter[str] = Counter()
    waits = Registration.objects.in_line() | Registration.objects.overdue(at)
    keys = waits.filter(edition__state__in=seats.SEATING).order_by("edition")
    for key in keys.values_list("edition", flat=True).distinct():
        with transaction.atomic():
            edition = seats.locked(key)
            audit = AuditContext(at=at, actor=None, organisation=edition.host_id)
            rows = edition.registrations.select_for_update(of=("self",)).overdue(at)
            for row in rows.order_by("pk"):
                _lapse(row, audit)
                done["lapsed"] += 1
            done["offered"] += len(seats.offer_free(edition, at=at))
    return done


def _locked(
    registration: Registration, at: datetime, scope: Scope | None = None
) -> tuple[models.Edition, Registration, AuditContext]:
    """Return both, locked, and the audit context. Errors: PermissionDenied."""
    edition = seats.locked(registration.edition_id)  # first in every action: no deadlock
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    rows = Registration.objects.select_for_update(of=("self",)).select_related("participant")
    return edition, rows.get(pk=registration.pk), audit


def _party(row: Registration, state: RegistrationState) -> list[Registration]:
    rows = companions(row).select_for_update(of=("self",)).filter(state=state)
    return [row, *rows.order_by("pk")]


def _must_hold(edition: models.Edition, number: int, at: datetime) -> None:
    capacity = seats.room_of(edition)
    taken = sum(seats.seats_of(edition, at=at).taken.values())
    if capacity is not None and taken + number > capacity:
        raise TrainingRefusal("trainings_room_full", capacity=capacity)


def _not_allowed(row: Registration, move: str) -> Exception:
    return RegistrationMoveNotAllowed(state=RegistrationState(row.state), move=move)


def _say_yes(row: Registration) -> None:
    row.is_own_consent = True
    row.save(update_fields=["is_own_consent"])


def _end(row: Registration, move: RegistrationMove, *, at: datetime) -> None:
    seats.step(row, move)
    row.is_paused, row.offer_expires_at, row.ended_at = False, None, at
    row.save(update_fields=["state", "is_paused", "offer_expires_at", "ended_at", "reason"])


def _lapse(row: Registration, audit: AuditContext) -> None:
    seats.step(row, RegistrationMove.LAPSE)
    row.is_paused, row.offer_expires_at = True, None
    row.save(update_fields=["state", "is_paused", "offer_expires_at"])
    seats.note([row], {row.pk: WaitingRule.LAPSED}, at=audit.at)
    tell([row], Template.TRAINING_CHANGED, at=audit.at)
    audit.record("trainings.lapse", row)


def _renew(row: Registration, audit: AuditContext) -> None:
    seats.step(row, RegistrationMove.RENEW)
    row.is_paused = False
    row.save(update_fields=["is_paused"])
    seats.note([row], {row.pk: WaitingRule.RENEWED}, at=audit.at)
    audit.record("trainings.renew", row)


def _by_hand(row: Registration, audit: AuditContext, before: int, reason: str) -> None:
    WaitingMove.objects.create(
        registration=row,
        from_priority=before,
        to_priority=row.priority,
        rule=WaitingRule.BY_HAND,
        reason=reason,
        actor_id=audit.actor,
        at=audit.at,
    )
