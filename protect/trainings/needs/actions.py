"""Needs of participants: stated and sealed, arranged, erased. Bookings keep quantities, no name.
Needs are locked before their bookings, and before the audit: no two transactions deadlock.
Source: docs/adr/0030-attendance.md."""

from collections.abc import Iterable, Sequence
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
from protect.trainings.needs.access import must_arrange
from protect.trainings.needs.enums import NeedKind, NeedMove, NeedState
from protect.trainings.needs.models import Need
from protect.trainings.needs.rules import purge_on, step_need
from protect.trainings.registrations.actions import mail, seats
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.actions.bookings import Wanted, book, lock, standing_of
from protect.trainings.scheduling.actions.mail import tell_arrangers
from protect.trainings.scheduling.enums import BookingRole
from protect.trainings.scheduling.models import Booking, Edition, Resource
from protect.vault.errors import RecordGone
from protect.vault.records import erasure, inbound
from protect.vault.sessions.unlocked import Unlocked

ROLES = {NeedKind.CHILDCARE: BookingRole.CHILDCARE, NeedKind.INTERPRETER: BookingRole.INTERPRETER}


@dataclass(frozen=True, slots=True, repr=False)
class StatedNeed:
    """One need as its participant states it. Only the team opens what stands in `sealed`.
    `codes` are those of needs.toml; `detail` is in the participant's own words."""

    kind: NeedKind
    quantity: int = 1
    language: str | None = None  # of an interpreter; BCP 47
    codes: tuple[str, ...] = ()
    detail: str = field(default="")

    @property
    def sealed(self) -> dict[str, object]:
        return {"codes": list(self.codes), "detail": self.detail}


def is_asked(edition: Edition) -> bool:
    """Return whether people can say what they need: there is a team that could open it."""
    return inbound.is_reachable(edition.logistics_team)


@transaction.atomic
def say(
    registration: Registration,
    needs: Sequence[StatedNeed],
    *,
    at: datetime,
    scope: Scope | None = None,
) -> list[Need]:
    """Seal a participant's needs; open needs of the same kinds are replaced.
    The lock of the edition keeps its team, and the participant's registration. `scope` is of the
    coordinator who enters them; None for the participant's own form or link.
    Errors: PermissionDenied; trainings_needs_not_asked; team_not_ready."""
    edition = seats.locked(registration.edition_id)
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    team = edition.logistics_team
    counts = edition.registrations.active().proven().filter(pk=registration.pk).exists()
    if team is None or not is_asked(edition) or not counts:
        raise errors.TrainingRefusal("trainings_needs_not_asked")
    kinds = [each.kind for each in needs]
    _erase(registration.needs.filter(kind__in=kinds, state=NeedState.OPEN), erasure.PERSON, at)
    until = due_on(edition, at)
    rows = [
        Need(
            registration=registration,
            kind=each.kind,
            quantity=each.quantity,
            language_id=each.language,
            record=inbound.seal(team, each.sealed, retention=until, at=at),
            purge_on=until,
        )
        for each in needs
    ]
    Need.objects.bulk_create(rows)
    if rows:
        audit.record("trainings.say_needs", registration)
    return rows


@transaction.atomic
def take_back(registration: Registration, need: UUID, *, at: datetime) -> bool:
    """Erase a participant's need while it is not arranged; return whether it was erased."""
    rows = registration.needs.filter(pk=need, state=NeedState.OPEN)
    is_gone = bool(_erase(rows, erasure.PERSON, at))
    if is_gone:
        audit = access.planner_or_link_context(None, registration.edition.host_id, at=at)
        audit.record("trainings.take_back_need", registration)
    return is_gone


def opened(unlocked: Unlocked, edition: Edition, *, at: datetime) -> dict[UUID, dict[str, object]]:
    """Return what is sealed of an edition's needs, by need; it is audited. Errors: KeyNotReady."""
    if edition.logistics_team is None:
        return {}
    rows = Need.objects.filter(registration__edition=edition).order_by("pk")
    records = dict(rows.values_list("record", "pk"))
    documents = inbound.opened(unlocked, edition.logistics_team, records, at=at)
    return {records[record]: document for record, document in documents.items()}


@transaction.atomic
def order(scope: Scope, needs: Iterable[Need], *, at: datetime) -> list[Need]:
    """Note that things were ordered, all or none. Errors: PermissionDenied; NeedMoveNotAllowed."""
    rows = hold(Need.objects.filter(pk__in=[each.pk for each in needs]))
    return [_moved(scope, each, NeedMove.ORDER, at=at) for each in rows]


@transaction.atomic
@in_chain_order()
def book_for(
    scope: Scope, need: Need, resource: Resource, *, at: datetime, reason: str = ""
) -> Need:
    """Book childcare or an interpreter for every session; raise the quantity of a booking there is.
    Errors: NeedMoveNotAllowed; as `bookings.book`, also for a user who is no coordinator."""
    hold(Need.objects.filter(pk=need.pk))
    sessions = standing_of(need.registration.edition.sessions.all())
    lock([resource.pk])
    row = _moved(scope, need, NeedMove.BOOK, at=at)
    role = ROLES[NeedKind(row.kind)]
    bookings: list[Booking] = []
    for session in sorted(sessions, key=lambda each: (each.starts_at, each.number)):
        live = session.bookings.live().filter(resource=resource, role=role)
        before = live.select_for_update(of=("self",)).order_by("pk").first()
        if before is None:
            wanted = Wanted(resource, role, row.language_id, row.quantity)
            bookings.append(book(scope, session, wanted, at=at, reason=reason))
            continue
        if row.kind == NeedKind.CHILDCARE:
            Booking.objects.filter(pk=before.pk).update(quantity=F("quantity") + row.quantity)
        bookings.append(before)
    row.booking = bookings[0] if bookings else None
    row.save(update_fields=["booking"])
    return row


@transaction.atomic
def cannot(scope: Scope, need: Need, alternative: str, *, at: datetime) -> Need:
    """Say that a need cannot be met, and what is offered instead: the person gets a mail.
    Errors: PermissionDenied; trainings_reason_missing; trainings_need_told_too_late once the
    edition has begun; NeedMoveNotAllowed."""
    if not alternative:
        raise errors.TrainingRefusal("trainings_reason_missing")
    first = need.registration.edition.sessions.standing().order_by("starts_at").first()
    if first is not None and first.starts_at <= at:
        raise errors.TrainingRefusal("trainings_need_told_too_late")
    row = _moved(scope, need, NeedMove.CANNOT, at=at)
    row.alternative, row.told_at, row.booking = alternative, at, None
    row.save(update_fields=["alternative", "told_at", "booking"])
    mail.tell([row.registration], Template.TRAINING_CHANGED, at=at)
    return row


@transaction.atomic
def reopen(scope: Scope, need: Need, *, at: datetime) -> Need:
    """Take back how a need ended; bookings stay. Errors: PermissionDenied; NeedMoveNotAllowed."""
    row = _moved(scope, need, NeedMove.REOPEN, at=at)
    row.alternative, row.told_at, row.booking = "", None, None
    row.save(update_fields=["alternative", "told_at", "booking"])
    return row


@transaction.atomic
def ask_again(edition: Edition, audit: AuditContext) -> None:
    """Open anew what was ordered in a locked edition, because a session moved.
    What is booked is asked again by its booking. The team gets a mail where any waits."""
    rows = hold(Need.objects.filter(registration__edition=edition, state=NeedState.ORDERED))
    for row in rows:
        row.state = step_need(NeedKind(row.kind), NeedState.ORDERED, NeedMove.REOPEN)
        row.reopened_at = audit.at
        row.save(update_fields=["state", "reopened_at"])
        audit.record("trainings.need_reopen", row)
    booked = Need.objects.filter(registration__edition=edition, state=NeedState.BOOKED)
    bookings = Booking.objects.asked_again().filter(session__edition=edition)
    if rows or (booked.exists() and bookings.filter(role__in=ROLES.values()).exists()):
        tell_arrangers(edition, at=audit.at)


@transaction.atomic
def erase_of(registrations: Iterable[Registration], *, at: datetime) -> int:
    """Erase the needs of withdrawn or erased participants; return how many."""
    return _erase(Need.objects.filter(registration__in=list(registrations)), erasure.PERSON, at)


def hold(rows: QuerySet[Need]) -> list[Need]:
    """Return needs, locked in the order of their ids."""
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def forget(*, at: datetime) -> int:
    """Erase needs 14 days after their edition, and those of ended registrations; return how many.
    An edition that moved takes the day along. Needs no key."""
    editions = Edition.objects.filter(registrations__needs__isnull=False).distinct()
    gone = 0
    for edition in editions.order_by("pk"):
        with transaction.atomic():
            seats.locked(edition.pk)
            _keep_until(edition, at)
            rows = Need.objects.filter(registration__edition=edition)
            over = Q(purge_on__lte=at.date()) | Q(registration__ended_at__isnull=False)
            gone += _erase(rows.filter(over), erasure.RETENTION, at)
    return gone


def due_on(edition: Edition, at: datetime) -> date:
    """Return the day on which needs of an edition are erased."""
    last = edition.sessions.standing().order_by("-ends_at").first()
    day = last.ends_at.astimezone(ZoneInfo(last.zone)).date() if last else None
    return purge_on(day, at.date())


def _keep_until(edition: Edition, at: datetime) -> None:
    """Move the day of erasure to where the edition moved. Without sessions it stays."""
    if not edition.sessions.standing().exists():
        return
    due = due_on(edition, at)
    moved = Need.objects.filter(registration__edition=edition).exclude(purge_on=due)
    inbound.keep_until([need.record_id for need in hold(moved)], due)
    moved.update(purge_on=due)


def _moved(scope: Scope, need: Need, move: NeedMove, *, at: datetime) -> Need:
    rows = Need.objects.select_for_update(of=("self",)).select_related(
        "registration__edition__logistics_team"
    )
    row = rows.get(pk=need.pk)
    edition = row.registration.edition
    must_arrange(scope, edition)
    row.state = step_need(NeedKind(row.kind), NeedState(row.state), move)
    row.reopened_at = None
    row.save(update_fields=["state", "reopened_at"])
    audit = AuditContext(at=at, actor=scope.user_id, organisation=edition.host_id)
    audit.record(f"trainings.need_{move.value}", row)
    return row


def _erase(rows: QuerySet[Need], reason: str, at: datetime) -> int:
    """Erase records; the needs go with them. Records that went by themselves count as well."""
    needs = hold(rows)
    for need in needs:
        with suppress(RecordGone):  # its month was over
            inbound.erase(need.record_id, reason=reason, at=at)
    return len(needs)


class Needs(extension.Extension):
    def end(self, registration: Registration, *, at: datetime) -> None:
        erase_of([registration], at=at)
