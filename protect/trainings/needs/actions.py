"""Actions on participants' needs: state, arrange and erase them. Needs are locked before bookings
and the audit chain, so that transactions do not deadlock. Source: docs/adr/0030-attendance.md."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q, QuerySet

from protect.audit.context import AuditContext, in_chain_order
from protect.notices.enums import Template
from protect.orgs.scope import Scope
from protect.trainings.base import access, errors, extension
from protect.trainings.needs.access import must_arrange_needs
from protect.trainings.needs.enums import NeedKind, NeedMove, NeedState
from protect.trainings.needs.models import Need
from protect.trainings.needs.rules import next_need_state, purge_day
from protect.trainings.registrations.actions import mail, seats
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.actions.mail import notify_logistics_team
from protect.trainings.scheduling.enums import BookingRole
from protect.trainings.scheduling.models import Booking, Edition, Resource
from protect.vault.errors import RecordGone
from protect.vault.records import erasure, inbound
from protect.vault.sessions.unlocked import Unlocked

BOOKING_ROLE_BY_KIND = {
    NeedKind.CHILDCARE: BookingRole.CHILDCARE,
    NeedKind.INTERPRETER: BookingRole.INTERPRETER,
}


@dataclass(frozen=True, slots=True, repr=False)
class StatedNeed:
    """A need as stated: `codes` of needs.toml and free-text `detail`, both to be encrypted."""

    kind: NeedKind
    quantity: int = 1  # number of children, for childcare
    language: str | None = None  # the interpreter's language, BCP 47
    codes: tuple[str, ...] = ()
    detail: str = field(default="")

    @property
    def to_seal(self) -> dict[str, object]:
        """Return the content to encrypt for the logistics team."""
        return {"codes": list(self.codes), "detail": self.detail}


def can_state_needs(edition: Edition) -> bool:
    """Return whether participants can state needs, because a team can decrypt them."""
    return inbound.can_receive(edition.logistics_team)


@transaction.atomic
def state_needs(
    registration: Registration, needs: list[StatedNeed], *, at: datetime, scope: Scope | None = None
) -> list[Need]:
    """Encrypt and store needs, erase open ones of the same kinds. Own page: `scope` is None.
    Errors: PermissionDenied; trainings_needs_not_asked; team_not_ready; TeamKeyMismatch."""
    edition = seats.lock_edition(registration.edition_id)
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    team = edition.logistics_team
    active = edition.registrations.active().proven().filter(pk=registration.pk)
    if team is None or not can_state_needs(edition) or not active.exists():
        raise errors.TrainingRefusal("trainings_needs_not_asked")
    kinds = [need.kind for need in needs]
    replaced = registration.needs.filter(kind__in=kinds, state=NeedState.OPEN)
    _erase_records(replaced, erasure.PERSON_REASON, at)
    purge_day = erasure_day(edition, at)
    rows = [
        Need(
            registration=registration,
            kind=need.kind,
            quantity=need.quantity,
            language_id=need.language,
            record=inbound.seal_inbound(team, need.to_seal, retention=purge_day, at=at),
            purge_on=purge_day,
        )
        for need in needs
    ]
    Need.objects.bulk_create(rows)
    if rows:
        audit.record("trainings.say_needs", registration)
    return rows


@transaction.atomic
def withdraw_need(registration: Registration, need_id: UUID, *, at: datetime) -> bool:
    """Erase a participant's need if it is not arranged yet; return whether it was erased."""
    rows = registration.needs.filter(pk=need_id, state=NeedState.OPEN)
    is_erased = bool(_erase_records(rows, erasure.PERSON_REASON, at))
    if is_erased:
        audit = access.planner_or_link_context(None, registration.edition.host_id, at=at)
        audit.record("trainings.take_back_need", registration)
    return is_erased


def decrypt_needs(
    unlocked: Unlocked, edition: Edition, *, at: datetime
) -> dict[UUID, dict[str, object]]:
    """Return the content by need id without damaged needs, and audit it. Errors: KeyNotReady."""
    if edition.logistics_team is None:
        return {}
    rows = Need.objects.filter(registration__edition=edition).order_by("pk")
    records = dict(rows.values_list("record", "pk"))
    documents = inbound.open_documents(unlocked, edition.logistics_team, records, at=at)
    return {records[record]: document for record, document in documents.items()}


@transaction.atomic
def mark_ordered(scope: Scope, needs: Iterable[Need], *, at: datetime) -> list[Need]:
    """Mark needs as ordered, all or none. Errors: PermissionDenied; NeedMoveNotAllowed."""
    rows = lock_needs(Need.objects.filter(pk__in=[need.pk for need in needs]))
    return [_apply_move(scope, need, NeedMove.ORDER, at=at) for need in rows]


@transaction.atomic
@in_chain_order()
def book(scope: Scope, need: Need, resource: Resource, *, at: datetime, reason: str = "") -> Need:
    """Book a resource for a need in each session; children are added to a booking that exists.
    Errors: NeedMoveNotAllowed; as `bookings.book_resource`, which only coordinators may do."""
    lock_needs(Need.objects.filter(pk=need.pk))
    sessions = bookings.lock_active_sessions(need.registration.edition.sessions.all())
    bookings.lock_resources([resource.pk])
    row = _apply_move(scope, need, NeedMove.BOOK, at=at)
    role = BOOKING_ROLE_BY_KIND[NeedKind(row.kind)]
    booked: list[Booking] = []
    for session in sorted(sessions, key=lambda session: (session.starts_at, session.number)):
        live = session.bookings.live().filter(resource=resource, role=role)
        existing = live.select_for_update(of=("self",)).order_by("pk").first()
        if existing is None:
            wanted = bookings.BookingRequest(resource, role, row.language_id, row.quantity)
            booked.append(bookings.book_resource(scope, session, wanted, at=at, reason=reason))
            continue
        if row.kind == NeedKind.CHILDCARE:
            Booking.objects.filter(pk=existing.pk).update(quantity=F("quantity") + row.quantity)
        booked.append(existing)
    row.booking = booked[0] if booked else None
    row.save(update_fields=["booking"])
    return row


@transaction.atomic
def mark_unmet(scope: Scope, need: Need, alternative: str, *, at: datetime) -> Need:
    """Record that a need cannot be met; bookings stay, the participant gets a mail. Errors: as
    `reopen_need`; trainings_reason_missing; trainings_need_told_too_late."""
    if not alternative:
        raise errors.TrainingRefusal("trainings_reason_missing")
    first = need.registration.edition.sessions.not_cancelled().order_by("starts_at").first()
    if first is not None and first.starts_at <= at:
        raise errors.TrainingRefusal("trainings_need_told_too_late")
    row = _apply_move(scope, need, NeedMove.CANNOT, at=at)
    row.alternative, row.told_at, row.booking = alternative, at, None
    row.save(update_fields=["alternative", "told_at", "booking"])
    mail.mail_participants([row.registration], Template.TRAINING_CHANGED, at=at)
    return row


@transaction.atomic
def reopen_need(scope: Scope, need: Need, *, at: datetime) -> Need:
    """Reopen a need; its bookings stay. Errors: PermissionDenied; NeedMoveNotAllowed."""
    row = _apply_move(scope, need, NeedMove.REOPEN, at=at)
    row.alternative, row.told_at, row.booking = "", None, None
    row.save(update_fields=["alternative", "told_at", "booking"])
    return row


@transaction.atomic
def reopen_ordered_needs(edition: Edition, audit: AuditContext) -> None:
    """Reopen the ordered needs of a locked edition after one of its sessions moved. The team gets
    a mail if needs were reopened or bookings await a new answer."""
    rows = lock_needs(Need.objects.filter(registration__edition=edition, state=NeedState.ORDERED))
    for row in rows:
        row.state = next_need_state(NeedKind(row.kind), NeedState.ORDERED, NeedMove.REOPEN)
        row.reopened_at = audit.at
        row.save(update_fields=["state", "reopened_at"])
        audit.record("trainings.need_reopen", row)
    booked = Need.objects.filter(registration__edition=edition, state=NeedState.BOOKED)
    asked_again = Booking.objects.asked_again().filter(session__edition=edition)
    if rows or (
        booked.exists() and asked_again.filter(role__in=BOOKING_ROLE_BY_KIND.values()).exists()
    ):
        notify_logistics_team(edition, at=audit.at)


@transaction.atomic
def erase_needs(registrations: Iterable[Registration], *, at: datetime) -> int:
    """Erase the needs of registrations with their encrypted records; return how many."""
    rows = Need.objects.filter(registration__in=list(registrations))
    return _erase_records(rows, erasure.PERSON_REASON, at)


def lock_needs(rows: QuerySet[Need]) -> list[Need]:
    """Return needs, locked in the order of their ids."""
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def erase_old_needs(*, at: datetime) -> int:
    """Update erasure days; erase needs due or of ended registrations; return how many."""
    editions = Edition.objects.filter(registrations__needs__isnull=False).distinct()
    erased = 0
    for edition in editions.order_by("pk"):
        with transaction.atomic():
            seats.lock_edition(edition.pk)
            _update_erasure_day(edition, at)
            rows = Need.objects.filter(registration__edition=edition)
            expired = Q(purge_on__lte=at.date()) | Q(registration__ended_at__isnull=False)
            erased += _erase_records(rows.filter(expired), erasure.RETENTION_REASON, at)
    return erased


def erasure_day(edition: Edition, at: datetime) -> date:
    """Return the day to erase needs: 14 days after the last session, else a year after `at`."""
    last = edition.sessions.not_cancelled().order_by("-ends_at").first()
    day = last.ends_at.astimezone(ZoneInfo(last.zone)).date() if last else None
    return purge_day(day, at.date())


def _update_erasure_day(edition: Edition, at: datetime) -> None:
    """Move the erasure day of an edition's needs with its last session; keep it without one."""
    if not edition.sessions.not_cancelled().exists():
        return
    purge_day = erasure_day(edition, at)
    moved = Need.objects.filter(registration__edition=edition).exclude(purge_on=purge_day)
    inbound.set_retention([need.record_id for need in lock_needs(moved)], purge_day)
    moved.update(purge_on=purge_day)


def _apply_move(scope: Scope, need: Need, move: NeedMove, *, at: datetime) -> Need:
    """Lock a need, save its new state, audit it. Errors: PermissionDenied; NeedMoveNotAllowed."""
    rows = Need.objects.select_related("registration__edition__logistics_team")
    row = rows.select_for_update(of=("self",)).get(pk=need.pk)
    edition = row.registration.edition
    must_arrange_needs(scope, edition)
    row.state = next_need_state(NeedKind(row.kind), NeedState(row.state), move)
    row.reopened_at = None
    row.save(update_fields=["state", "reopened_at"])
    scope.audit(edition.host_id, at=at).record(f"trainings.need_{move.value}", row)
    return row


def _erase_records(rows: QuerySet[Need], reason: str, at: datetime) -> int:
    """Erase needs with their encrypted records, which may be gone already; return how many."""
    needs = lock_needs(rows)
    for need in needs:
        with suppress(RecordGone):  # it was already erased with its month
            inbound.erase_inbound(need.record_id, reason=reason, at=at)
    return len(needs)


class NeedsExtension(extension.Extension):
    def after_withdrawal(self, registration: Registration, *, at: datetime) -> None:
        """Erase the needs of a registration that was withdrawn."""
        erase_needs([registration], at=at)
