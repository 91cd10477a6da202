"""Erasure of participants: on request, after their registration ended, or after retention.
Counts stand without them. Scans of signed lists stay as long as the grant wants them."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from protect.audit.context import AuditContext
from protect.notices.actions import forget_address
from protect.notices.enums import Template
from protect.orgs.scope import Scope
from protect.trainings.attendance.models import Excuse
from protect.trainings.base import access, vocabulary
from protect.trainings.base.extension import extensions
from protect.trainings.needs import actions
from protect.trainings.needs.models import Need
from protect.trainings.registrations import facts, fields, models, rules
from protect.trainings.registrations.actions import decisions, seats
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition
from protect.vault.records import inbound

KEY_BYTES = 32
# Mail that participants get. Other mail to the same address is for a user with an account.
MAILED = (
    Template.TRAINING_NAMED,
    Template.TRAINING_TO_CONFIRM,
    Template.TRAINING_REGISTERED,
    Template.TRAINING_CHANGED,
    Template.TRAINING_OFFERED,
    Template.FOLLOW_UP,
)


@transaction.atomic
def erase_person(scope: Scope, person: models.Participant, *, at: datetime) -> None:
    """Erase a participant, who withdraws from editions to come. Errors: PermissionDenied."""
    audit = access.planner_context(scope, person.host_id, at=at)
    _hold(person)
    to_come = person.registrations.active().exclude(edition__state=EditionState.DONE)
    for row in to_come.order_by("edition", "pk"):
        decisions.withdraw(row, at=at, is_told=False)
    _erase(person.pk, audit)


@transaction.atomic
def forget_ended(*, at: datetime) -> int:
    """Delete registrations that ended long ago and left nothing to count; return how many."""
    ended = models.Registration.objects.filter(ended_at__lte=at - vocabulary.kept_for("ended"))
    return _forget(_without_traces(ended), at)


@transaction.atomic
def forget_unproven(*, at: datetime) -> int:
    """Delete unconfirmed applications, and people without another one; return how many."""
    due = at - vocabulary.kept_for("unproven")
    return _forget(models.Registration.objects.unproven().filter(applied_at__lte=due), at)


def forget_named_lists(*, at: datetime) -> int:
    """Erase people whose last training is as long ago as the grant wants lists; return how many.
    Each has a transaction of their own."""
    before = at - vocabulary.kept_for("named_lists")
    last = models.Participant.objects.filter(erased_at=None).annotate(
        last=Max("registrations__edition__sessions__ends_at")
    )
    over = Q(last__lte=before) | Q(last=None, created__lte=before)
    due = last.filter(over).order_by("pk").values_list("pk", "host")
    for pk, host in list(due):
        with transaction.atomic():
            _hold(models.Participant.objects.get(pk=pk))
            _erase(pk, AuditContext(at=at, actor=None, organisation=host))
    return len(due)


def _hold(person: models.Participant) -> None:
    """Lock all that is changed, in the order that all keep, before the first entry of the audit.
    How editions are measured, editions by id, needs and the keys to which they are sealed, lists,
    the person, doubts."""
    _lock_above(person.registrations.order_by("edition").values_list("edition", flat=True))
    editions = seats.locked_of(person)
    _hold_needs(editions, Need.objects.filter(registration__participant=person))
    _lists_of(person)
    models.Participant.objects.select_for_update(of=("self",)).get(pk=person.pk)
    list(_doubts_about(person).select_for_update(of=("self",)).order_by("pk"))


def _forget(rows: QuerySet[models.Registration], at: datetime) -> int:
    keys = list(rows.order_by("edition").values_list("edition", flat=True).distinct())
    _lock_above(keys)
    _hold_needs([seats.locked(key) for key in keys], Need.objects.filter(registration__in=rows))
    people = set(rows.order_by("pk").values_list("participant", flat=True))
    count = _delete(rows, at)
    models.Participant.objects.filter(pk__in=people, registrations=None).delete()
    return count


def _lock_above(editions: Iterable[UUID]) -> None:
    keys = list(editions)
    for extension in extensions():
        extension.lock(keys)


def _hold_needs(editions: Sequence[Edition], rows: QuerySet[Need]) -> None:
    actions.hold(rows)
    inbound.hold({each.logistics_team_id for each in editions if each.logistics_team_id})


def _erase(pk: UUID, audit: AuditContext) -> None:
    _unlist(pk)
    person = models.Participant.objects.select_for_update(of=("self",)).get(pk=pk)
    if person.erased_at is not None:
        return
    _uncount(person, audit.at)
    _delete(_without_traces(person.registrations.all()), audit.at)
    rows = person.registrations.all()
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for extension in extensions():
        extension.erase(keys)
    actions.erase_of(rows.order_by("pk"), at=audit.at)
    for kept_apart in (Excuse, models.WaitingMove):
        kept_apart.objects.filter(registration__in=rows).delete()
    for row in rows.order_by("pk"):
        row.token_hash, row.feed_hash = secrets.token_hex(KEY_BYTES), None
        told = fields.erase(fields.REGISTRATION, row)
        row.save(update_fields=["token_hash", "feed_hash", *told])
    _doubts_about(person).delete()
    told = fields.erase(fields.PARTICIPANT, person)
    person.erased_at = audit.at
    person.save(update_fields=[*told, "erased_at"])
    audit.record("trainings.erase_person", person)


def _unlist(pk: UUID) -> None:
    """Remove a participant from unregistered lists. Lists are locked before participants."""
    person = models.Participant.objects.get(pk=pk)
    for roster in _lists_of(person):
        rows = [each for each in roster.rows if _address(each) != person.email]
        if len(rows) < len(roster.rows):
            roster.rows = rows
            roster.save(update_fields=["rows"])


def _doubts_about(person: models.Participant) -> QuerySet[models.PersonDoubt]:
    return models.PersonDoubt.objects.filter(Q(first=person) | Q(second=person))


def _lists_of(person: models.Participant) -> list[models.Roster]:
    rosters = models.Roster.objects.filter(edition__host=person.host_id)
    return list(rosters.select_for_update(of=("self",)).order_by("pk"))


def _address(row: Mapping[str, Any]) -> str | None:
    """Return the address in a row of a list, as it is kept of people; None where there is none."""
    return rules.folded(row["cells"].get("email", "")) or None


def _uncount(person: models.Participant, at: datetime) -> None:
    """Replace a participant's key in counts, unless another host has them too; drop their mail."""
    at_other_hosts = models.Participant.objects.filter(email=person.email).exclude(pk=person.pk)
    if not person.email or at_other_hosts.exists():
        return
    forget_address(person.email, MAILED, at=at)
    key = facts.person_key(person.email)
    for row in models.CountedPerson.objects.filter(person=key).order_by("pk"):
        row.person = secrets.token_hex(KEY_BYTES)
        row.save(update_fields=["person"])


def _without_traces(rows: models.RegistrationQuerySet) -> models.RegistrationQuerySet:
    """Keep what ended and left no attendance, nor anything that a package above must keep."""
    kept = rows.filter(ended_at__isnull=False, attendances=None)
    for extension in extensions():
        kept = extension.without_traces(kept)
    return kept


def _delete(rows: QuerySet[models.Registration], at: datetime) -> int:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    actions.erase_of(models.Registration.objects.filter(pk__in=keys).order_by("pk"), at=at)
    models.WaitingMove.objects.filter(registration__in=keys).delete()
    models.Registration.objects.filter(pk__in=keys).delete()
    return len(keys)
