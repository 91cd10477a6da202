"""Correction of a participant's data by a coordinator. Links mailed to a wrong address end.
Source: docs/adr/0028-links-without-account.md."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from protect.kernel.ids import hash_token
from protect.notices.actions import erase_address
from protect.orgs.scope import Scope
from protect.trainings.base import access, errors
from protect.trainings.base.extension import extensions
from protect.trainings.erasure import PARTICIPANT_MAIL_TEMPLATES
from protect.trainings.registrations import facts, fields, rules
from protect.trainings.registrations.actions import mail, seats
from protect.trainings.registrations.models import CountedPerson, Participant, Registration


@transaction.atomic
def correct_participant(
    scope: Scope, participant: Participant, values: Mapping[str, Any], *, edited: int, at: datetime
) -> Participant:
    """Replace a participant's data. `edited` is the edit number that the coordinator's form
    showed. If the e-mail address changes, the old links end, and new ones are mailed.
    Shapes: `values` has `fields.CORRECTED_ATTRIBUTES`. Errors: PermissionDenied;
    trainings_address_taken; trainings_edit_conflict, also after an erasure."""
    audit = access.planner_context(scope, participant.host_id, at=at)
    editions = list(participant.registrations.order_by("edition").values_list("edition", flat=True))
    for extension in extensions():
        extension.lock(editions)
    seats.lock_editions_of(participant)  # before the participant, as everywhere
    locked = Registration.objects.select_for_update(of=("self",)).filter(participant=participant)
    registrations = list(locked.order_by("pk"))
    row = Participant.objects.select_for_update(of=("self",)).get(pk=participant.pk)
    if row.erased_at is not None or row.edited != edited:
        raise errors.TrainingRefusal("trainings_edit_conflict")
    old_email = row.email
    for name in fields.CORRECTED_ATTRIBUTES:
        setattr(row, name, values[name])
    row.email = rules.fold_email(row.email)
    row.edited += 1
    _save_or_refuse_taken_address(row)
    if row.email != old_email:
        _renew_links(row, registrations, old_email, at)
    audit.record("trainings.correct_person", row)
    return row


def _save_or_refuse_taken_address(row: Participant) -> None:
    try:
        with transaction.atomic():
            row.save(update_fields=[*fields.CORRECTED_ATTRIBUTES, "edited"])
    except IntegrityError as taken:  # the constraint trainings_participant_once
        raise errors.TrainingRefusal("trainings_address_taken") from taken


def _renew_links(
    participant: Participant, registrations: list[Registration], old_email: str, at: datetime
) -> None:
    """End links to the old address, erase its mail, move its counts; mail new links if active."""
    renewals = [extension.renew_links(registrations) for extension in extensions()]
    for row in registrations:
        row.link_number += 1
        row.token_hash = hash_token(row.own_token())
        row.feed_hash = None
        row.save(update_fields=["link_number", "token_hash", "feed_hash"])
    if not Participant.objects.filter(email=old_email).exists():  # another host may have it
        erase_address(old_email, PARTICIPANT_MAIL_TEMPLATES, at=at)
    for row in registrations:
        row.participant = participant
    for renew in filter(None, renewals):
        renew(at=at)
    _move_counts(old_email, participant)
    mail.mail_own_links([row for row in registrations if row.ended_at is None], at=at)


def _move_counts(old_email: str, participant: Participant) -> None:
    """Move the CountedPerson rows of the participant's host from the old address to the new one;
    delete those whose measure the new address already has. Rows of other hosts stay."""
    old_key, new_key = facts.person_key(old_email), facts.person_key(participant.email)
    counted = set(CountedPerson.objects.filter(person=new_key).values_list("measure", flat=True))
    own_counts = CountedPerson.objects.filter(person=old_key, organisation=participant.host_id)
    own_counts.filter(measure__in=counted).delete()
    own_counts.update(person=new_key)
