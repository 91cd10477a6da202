"""Applying without an account: a new registration, or the link of the one that exists.

Source: docs/adr/0028-links-without-account.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4, uuid5

from django.db import transaction

from protect.orgs.rules import GONE
from protect.trainings.registrations.actions import mail, register
from protect.trainings.registrations.actions.participants import applicant, folded
from protect.trainings.registrations.actions.register import Entry
from protect.trainings.registrations.actions.seats import locked
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition


@transaction.atomic
def apply(edition: Edition, data: Mapping[str, Any], entry: Entry, *, at: datetime) -> None:
    """Register an applicant, or mail the link once more to a registered one.

    For every address both are done and one is rolled back, with the same statements, mails and
    keyed hashes, so that the response time does not reveal whether the address is registered.
    Shapes: `data` as in `participants.known_or_new`. Errors: WindowClosed.
    """
    locked(edition.pk)
    registered = _registered(edition, data["email"])
    with _kept_if(registered is None):
        applicant_data = data if registered is None else {**data, "email": f"{uuid4()}{GONE}"}
        row = register.enter(edition, applicant(edition.host, applicant_data, at=at), entry, at=at)
    is_mail_waiting = mail.has_mail_waiting(registered or row)
    with _kept_if(
        not is_mail_waiting and registered is not None and not _is_repeated(registered, entry)
    ):
        mail.tell_link([registered or row], at=at)


def _registered(edition: Edition, email: str) -> Registration | None:
    """Return the registration that an address has already, its participant loaded."""
    rows = edition.registrations.active().filter(participant__email=folded(email))
    return rows.select_related("participant").order_by("pk").first()


def _is_repeated(row: Registration, entry: Entry) -> bool:
    """Return whether a form that was sent twice made this registration."""
    return row.sent_key == uuid5(entry.sent_key, str(row.participant_id))


@contextmanager
def _kept_if(is_kept: bool) -> Iterator[None]:  # noqa: FBT001 - the word of the function
    """Keep what the block writes, or take it back.

    By hand: a savepoint of `atomic` would take the waking of the mail's sender back as well.
    """
    before = transaction.savepoint_create()
    yield
    (transaction.savepoint_commit if is_kept else transaction.savepoint_rollback)(before)
