"""The history of an organisation as a file: codes, no names, and at its foot the signed end."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.models import Entry
from protect.audit.rules import Head, org_chain
from protect.orgs.access import must
from protect.orgs.enums import Permission
from protect.orgs.history.pages import HistoryFilter, exported_entries
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.vault.actions.heads import signed
from protect.vault.actions.notes import number_in
from protect.vault.actions.second_factors import must_be_stepped_up
from protect.vault.actions.unlocked import Unlocked

COLUMNS = (
    *("n", "at", "actor", "organisation", "action", "target", "consent", "outcome"),
    *("prev_hash", "hash", "number"),
)
FOOT = "# "  # before the end of the history, one line of JSON as `protect audit heads` prints it


@transaction.atomic
def export_history(
    scope: Scope,
    unlocked: Unlocked,
    organisation: Organisation,
    history_filter: HistoryFilter,
    *,
    at: datetime,
) -> Iterator[str]:
    """Return the lines of a CSV file, the oldest entry first. That it was made is an entry itself.

    What is asked for narrows it; the foot always names the end of the whole history.
    Errors: PermissionDenied; StepUpRequired; SigningKeyMissing.
    """
    must(scope, Permission.READ_AUDIT, organisation=organisation)
    must_be_stepped_up(unlocked, at=at)
    target = f"organisation:{organisation.pk}"
    audit = AuditContext(at=at, actor=unlocked.user_id, organisation=organisation.pk)
    audit.record("vault.export_history", target)
    chain = org_chain(organisation.pk)
    head = next(each for each in signed(at=at) if each.chain == chain)
    return _file(organisation, history_filter, head)


def _file(organisation: Organisation, history_filter: HistoryFilter, head: Head) -> Iterator[str]:
    yield _line(COLUMNS)
    for entry in exported_entries(organisation, history_filter, upto=head.n):
        yield _line(_values(entry))
    yield f"{FOOT}{head.line()}\r\n"


def _values(entry: Entry) -> tuple[str, ...]:
    return (
        str(entry.n),
        entry.at.isoformat(),
        str(entry.actor_id or ""),
        str(entry.organisation or ""),
        entry.action,
        entry.target,
        str(entry.consent or ""),
        entry.outcome,
        bytes(entry.prev_hash).hex(),
        bytes(entry.hash).hex(),
        number_in(entry.target),
    )


def _line(values: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue()
