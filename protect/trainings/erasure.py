"""Erasure of participants: on request, after a registration ended, or after the retention period.
Counts remain without names. Scans of signed lists stay as long as the grant requires."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from protect.audit.context import AuditContext
from protect.notices.actions import erase_address
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

RANDOM_KEY_BYTES = 32  # of the text that replaces a link's hash, and a person's key in counts
# Mail to participants. All other mail to the same address is for a user with an account.
PARTICIPANT_MAIL_TEMPLATES = (
    *(Template.TRAINING_NAMED, Template.TRAINING_TO_CONFIRM, Template.TRAINING_REGISTERED),
    *(Template.TRAINING_CHANGED, Template.TRAINING_OFFERED, Template.FOLLOW_UP),
)


@transaction.atomic
def erase_participant(scope: Scope, participant: models.Participant, *, at: datetime) -> None:
    """Erase a participant; withdraw them from unfinished editions. Errors: PermissionDenied."""
    audit = access.planner_context(scope, participant.host_id, at=at)
    _lock_participant_data(participant)
    upcoming = participant.registrations.active().exclude(edition__state=EditionState.DONE)
    for registration in upcoming.order_by("edition", "pk"):
        decisions.withdraw(registration, at=at, is_mailed=False)
    _erase_participant(participant.pk, audit)


@transaction.atomic
def delete_ended_registrations(*, at: datetime) -> int:
    """Delete ended registrations past retention, if `_filter_deletable`; return how many."""
    cutoff = at - vocabulary.retention_of("ended")
    expired = models.Registration.objects.filter(ended_at__lte=cutoff)
    return _delete_with_participants(_filter_deletable(expired), at)


@transaction.atomic
def delete_unproven_applications(*, at: datetime) -> int:
    """Delete applications unconfirmed too long, as `_delete_with_participants`; return how many."""
    cutoff = at - vocabulary.retention_of("unproven")
    rows = models.Registration.objects.unproven()
    return _delete_with_participants(rows.filter(applied_at__lte=cutoff), at)


def erase_participants_after_retention(*, at: datetime) -> int:
    """Erase participants after the retention period, which starts with the last session of
    their editions, else with their creation; each in its own transaction. Return how many."""
    cutoff = at - vocabulary.retention_of("named_lists")
    participants = models.Participant.objects.filter(erased_at=None).annotate(
        last=Max("registrations__edition__sessions__ends_at")
    )
    is_past_retention = Q(last__lte=cutoff) | Q(last=None, created__lte=cutoff)
    expired = participants.filter(is_past_retention).order_by("pk").values_list("pk", "host")
    for pk, host in list(expired):
        with transaction.atomic():
            _lock_participant_data(models.Participant.objects.get(pk=pk))
            _erase_participant(pk, AuditContext(at=at, actor=None, organisation=host))
    return len(expired)


def _lock_participant_data(participant: models.Participant) -> None:
    """Lock all rows that an erasure changes, before the first audit entry. The order is the same
    everywhere, so that transactions do not deadlock: assessments of editions, editions by id, needs
    and the team keys that seal them, name lists, the participant, possible duplicates."""
    registrations = participant.registrations.order_by("edition")
    _lock_extension_rows(registrations.values_list("edition", flat=True))
    editions = seats.lock_editions_of(participant)
    _lock_needs(editions, Need.objects.filter(registration__participant=participant))
    _lock_all_rosters_of_host(participant)
    models.Participant.objects.select_for_update(of=("self",)).get(pk=participant.pk)
    list(_possible_duplicates(participant).select_for_update(of=("self",)).order_by("pk"))


def _delete_with_participants(registrations: QuerySet[models.Registration], at: datetime) -> int:
    """Lock, delete and count registrations; delete participants left without one."""
    ids = list(registrations.order_by("edition").values_list("edition", flat=True).distinct())
    _lock_extension_rows(ids)
    editions = [seats.lock_edition(key) for key in ids]
    _lock_needs(editions, Need.objects.filter(registration__in=registrations))
    participants = set(registrations.order_by("pk").values_list("participant", flat=True))
    count = _delete_registrations(registrations, at)
    models.Participant.objects.filter(pk__in=participants, registrations=None).delete()
    return count


def _lock_extension_rows(editions: Iterable[UUID]) -> None:
    edition_ids = list(editions)
    for extension in extensions():
        extension.lock(edition_ids)


def _lock_needs(editions: Sequence[Edition], needs: QuerySet[Need]) -> None:
    """Lock needs, and the keys of the logistics teams of their editions."""
    actions.lock_needs(needs)
    teams = {edition.logistics_team_id for edition in editions}
    inbound.lock_keys_of_teams({team for team in teams if team})


def _erase_participant(participant_id: UUID, audit: AuditContext) -> None:
    """Erase a participant, unless already erased. The caller has locked the related rows."""
    _remove_from_name_lists(participant_id)
    participant = models.Participant.objects.select_for_update(of=("self",)).get(pk=participant_id)
    if participant.erased_at is not None:
        return
    _anonymise_counts(participant, audit.at)
    _delete_registrations(_filter_deletable(participant.registrations.all()), audit.at)
    registrations = participant.registrations.all()
    registration_ids = list(registrations.order_by("pk").values_list("pk", flat=True))
    for extension in extensions():
        extension.erase(registration_ids)
    actions.erase_needs(registrations.order_by("pk"), at=audit.at)
    for related_model in (Excuse, models.WaitingMove):
        related_model.objects.filter(registration__in=registrations).delete()
    for registration in registrations.order_by("pk"):
        registration.token_hash, registration.feed_hash = secrets.token_hex(RANDOM_KEY_BYTES), None
        erased_fields = fields.erase(fields.REGISTRATION, registration)
        registration.save(update_fields=["token_hash", "feed_hash", *erased_fields])
    _possible_duplicates(participant).delete()
    erased_fields = fields.erase(fields.PARTICIPANT, participant)
    participant.erased_at = audit.at
    participant.save(update_fields=[*erased_fields, "erased_at"])
    audit.record("trainings.erase_person", participant)


def _remove_from_name_lists(participant_id: UUID) -> None:
    """Lock the host's name lists and remove from them all rows with the participant's address."""
    person = models.Participant.objects.get(pk=participant_id)
    for roster in _lock_all_rosters_of_host(person):
        rows = [row for row in roster.rows if _email_in_row(row) != person.email]
        if len(rows) < len(roster.rows):
            roster.rows = rows
            roster.save(update_fields=["rows"])


def _possible_duplicates(participant: models.Participant) -> QuerySet[models.PersonDoubt]:
    return models.PersonDoubt.objects.filter(Q(first=participant) | Q(second=participant))


def _lock_all_rosters_of_host(participant: models.Participant) -> list[models.Roster]:
    rosters = models.Roster.objects.filter(edition__host=participant.host_id)
    return list(rosters.select_for_update(of=("self",)).order_by("pk"))


def _email_in_row(row: Mapping[str, Any]) -> str | None:
    """Return the e-mail address in a row of a name list, normalised; None without one."""
    return rules.fold_email(row["cells"].get("email", "")) or None


def _anonymise_counts(participant: models.Participant, at: datetime) -> None:
    """Replace a participant's key in counts by a random key; erase their address in mails, end
    queued ones. Nothing changes while another host has a participant with the same address."""
    same_address = models.Participant.objects.filter(email=participant.email)
    if not participant.email or same_address.exclude(pk=participant.pk).exists():
        return
    erase_address(participant.email, PARTICIPANT_MAIL_TEMPLATES, at=at)
    key = facts.person_key(participant.email)
    for row in models.CountedPerson.objects.filter(person=key).order_by("pk"):
        row.person = secrets.token_hex(RANDOM_KEY_BYTES)
        row.save(update_fields=["person"])


def _filter_deletable(registrations: models.RegistrationQuerySet) -> models.RegistrationQuerySet:
    """Return the ended registrations without attendance or other data that an extension keeps."""
    deletable = registrations.filter(ended_at__isnull=False, attendances=None)
    for extension in extensions():
        deletable = extension.without_data_to_keep(deletable)
    return deletable


def _delete_registrations(registrations: QuerySet[models.Registration], at: datetime) -> int:
    """Delete registrations with their needs and waiting-list moves; return how many."""
    ids = list(registrations.order_by("pk").values_list("pk", flat=True))
    rows = models.Registration.objects.filter(pk__in=ids)
    actions.erase_needs(rows.order_by("pk"), at=at)
    models.WaitingMove.objects.filter(registration__in=ids).delete()
    rows.delete()
    return len(ids)
