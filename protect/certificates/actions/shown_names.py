"""The holder's name on a certificate: shown where the holder chose so, else only matched."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from protect.audit.context import AuditContext
from protect.certificates.errors import NameAskedTooOften
from protect.certificates.models import Certificate
from protect.trainings.registrations.rules import is_same_name

TRIES = 5  # names that do not match, of one certificate
WITHIN = timedelta(hours=1)


@transaction.atomic
def show_name(certificate: Certificate, *, is_shown: bool, at: datetime) -> Certificate:
    """Show or hide the holder's name on the public page, as they choose by their own link."""
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.shows_name != is_shown:
        row.shows_name = is_shown
        row.save(update_fields=["shows_name"])
        audit = AuditContext(at=at, actor=None, organisation=row.issuer_id)
        audit.record("certificates.show_name" if is_shown else "certificates.hide_name", row)
    return row


@transaction.atomic
def is_named(certificate: Certificate, typed: str, *, at: datetime) -> bool:
    """Return whether a visitor typed the name of the holder. The typed name is not stored.

    Errors: NameAskedTooOften, after TRIES wrong names within an hour, for the right one too.
    """
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.name_tried_at is None or row.name_tried_at <= at - WITHIN:
        row.name_tried_at, row.name_tries = at, 0
    if row.name_tries >= TRIES:
        raise NameAskedTooOften
    registration = certificate.registration
    name = registration.participant.name if registration else ""
    if is_same_name(typed, name):
        return True
    row.name_tries += 1
    row.save(update_fields=["name_tries", "name_tried_at"])
    return False
