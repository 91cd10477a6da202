"""A coordinator corrects a participant's data. A link mailed to a wrong address ends.
Source: docs/adr/0028-links-without-account.md."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from protect.notices.actions import forget_address
from protect.orgs.scope import Scope
from protect.trainings.base import access, errors
from protect.trainings.base.extension import extensions
from protect.trainings.erasure import MAILED
from protect.trainings.registrations import facts, fields, rules
from protect.trainings.registrations.actions import mail, seats
from protect.trainings.registrations.models import CountedPerson, Participant, Registration


@transaction.atomic
def correct(
    scope: Scope, person: Participant, values: Mapping[str, object], *, edited: int, at: datetime
) -> Participant:
    """Replace a participant's data. `edited` is the version that the form's page showed. With
    another address the links that were mailed before end, and the new address gets new ones.
    Shapes: `values` has `fields.CORRECTED`. Errors: PermissionDenied; trainings_edit_conflict, also
    for a participant erased meanwhile; trainings_address_taken."""
    audit = access.planner_context(scope, person.host_id, at=at)
    editions = list(person.registrations.order_by("edition").values_list("edition", flat=True))
    for extension in extensions():
        extension.lock(editions)
    seats.locked_of(person)  # before the person, as a change of a registration does
    locked = Registration.objects.select_for_update(of=("self",)).filter(participant=person)
    rows = list(locked.order_by("pk"))
    row = Participant.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if row.erased_at is not None or row.edited != edited:
        raise errors.TrainingRefusal("trainings_edit_conflict")
    before = row.email
    for name in fields.CORRECTED:
        setattr(row, name, values[name])
    row.email = rules.folded(row.email)
    row.edited += 1
    _save(row)
    if row.email != before:
        _readdress(row, rows, before, at)
    audit.record("trainings.correct_person", row)
    return row


def _save(row: Participant) -> None:
    try:
        with transaction.atomic():
            row.save(update_fields=[*fields.CORRECTED, "edited"])
    except IntegrityError as taken:  # trainings_participant_once, which the database alone knows
        raise errors.TrainingRefusal("trainings_address_taken") from taken


def _readdress(person: Participant, rows: list[Registration], before: str, at: datetime) -> None:
    """End the links in the mailbox of the address before, and mail new ones to the new address."""
    renewals = [extension.renew_links(rows) for extension in extensions()]
    for row in rows:
        row.link_number += 1
        row.token_hash = access.token_hash(row.own_token())
        row.feed_hash = None
        row.save(update_fields=["link_number", "token_hash", "feed_hash"])
    if not Participant.objects.filter(email=before).exists():  # another host may know it
        forget_address(before, MAILED, at=at)
    for row in rows:
        row.participant = person
    for renew in filter(None, renewals):
        renew(at=at)
    _recount(before, person)
    mail.tell_link([row for row in rows if row.ended_at is None], at=at)


def _recount(before: str, person: Participant) -> None:
    """Move this host's count to the new address, once. Counts of other hosts stay."""
    old, new = facts.person_key(before), facts.person_key(person.email)
    counted = set(CountedPerson.objects.filter(person=new).values_list("measure", flat=True))
    mine = CountedPerson.objects.filter(person=old, organisation=person.host_id)
    mine.filter(measure__in=counted).delete()
    mine.update(person=new)
