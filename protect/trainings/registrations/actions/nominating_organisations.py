"""Nominating organisations and schools: add, edit, create and end their link."""

import secrets
from datetime import datetime

from django.db import transaction

from protect.kernel.ids import hash_token
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base import access, errors
from protect.trainings.registrations.actions.mail import mail_nomination_link
from protect.trainings.registrations.models import Cohort, Sender

TOKEN_BYTES = 32  # of the random token of a nomination link


@transaction.atomic
def add_sender(
    scope: Scope, kept_by: Organisation, values: dict[str, object], *, at: datetime
) -> Sender:
    """Add a nominating organisation. Errors: PermissionDenied; trainings_sender_known."""
    audit = access.planner_context(scope, kept_by.pk, at=at)
    row = _save_sender(Sender(kept_by=kept_by, created=at), values)
    audit.record("trainings.sender_add", row)
    return row


@transaction.atomic
def edit_sender(scope: Scope, sender: Sender, values: dict[str, object], *, at: datetime) -> Sender:
    """Edit a nominating organisation. Errors: PermissionDenied; trainings_sender_known."""
    audit = access.planner_context(scope, sender.kept_by_id, at=at)
    row = _save_sender(_lock_sender(sender), values)
    audit.record("trainings.sender_edit", row)
    return row


@transaction.atomic
def create_link(scope: Scope, sender: Sender, *, is_mailed: bool, at: datetime) -> str:
    """Create a nomination link and return its token; an earlier link ends.
    Errors: PermissionDenied; trainings_sender_without_address; mail_address_bad."""
    audit = access.planner_context(scope, sender.kept_by_id, at=at)
    row = _lock_sender(sender)
    if is_mailed and not row.email:
        raise errors.TrainingRefusal("trainings_sender_without_address")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row.token_hash = hash_token(token)
    row.save(update_fields=["token_hash"])
    audit.record("trainings.sender_link", row)
    if is_mailed:
        mail_nomination_link(row, token, at=at)
    return token


@transaction.atomic
def end_link(scope: Scope, sender: Sender, *, at: datetime) -> Sender:
    """End the nomination link of an organisation. Errors: PermissionDenied."""
    audit = access.planner_context(scope, sender.kept_by_id, at=at)
    row = _lock_sender(sender)
    row.token_hash = None
    row.save(update_fields=["token_hash"])
    audit.record("trainings.sender_link_end", row)
    return row


@transaction.atomic
def add_cohort(scope: Scope, school: Sender, programme: str, year: str, *, at: datetime) -> Cohort:
    """Add a class of a school, or return the existing one. Errors: PermissionDenied."""
    audit = access.planner_context(scope, school.kept_by_id, at=at)
    row, is_new = Cohort.objects.get_or_create(school=school, programme=programme, year=year)
    if is_new:
        audit.record("trainings.cohort_add", row)
    return row


def _lock_sender(sender: Sender) -> Sender:
    return Sender.objects.select_for_update(of=("self",)).get(pk=sender.pk)


def _save_sender(row: Sender, values: dict[str, object]) -> Sender:
    for name, value in values.items():
        setattr(row, name, value)
    rows = Sender.objects.filter(kept_by=row.kept_by_id, country=row.country_id)
    if rows.filter(name__iexact=row.name).exclude(pk=row.pk).exists():
        raise errors.TrainingRefusal("trainings_sender_known")
    row.save()
    return row
