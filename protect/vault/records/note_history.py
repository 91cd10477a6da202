"""Versions of a note, what was done with it, and whether a damaged one may be erased."""

from collections.abc import Iterable
from datetime import datetime
from itertools import repeat
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from protect.audit import models, queries
from protect.orgs.alarms import is_answered
from protect.orgs.models import Team
from protect.vault import enums, errors
from protect.vault.integrity.record_states import must_be_newest_version, stored
from protect.vault.models import Record, Sealed
from protect.vault.records import records
from protect.vault.sessions.unlocked import Unlocked

HISTORY = 20  # entries on the page of a note
ADDED = "vault.add_file."  # then the number of the file
REMOVED = "vault.remove_file."
SAVES = ("vault.seal", "vault.save")


def erasable(team: Team, damaged: Iterable[UUID]) -> list[UUID]:
    """Return the damaged notes of a team after an officer has answered their alarm."""
    organisation, code = team.organisation_id, errors.RecordDamaged.code
    return [pk for pk in damaged if is_answered(organisation, f"{enums.Kind.NOTE}:{pk}", code)]


def must_open(unlocked: Unlocked, record: Record) -> None:
    """Refuse a note if its newest version does not open. The audit gets no entry.
    Errors: RecordGone; RecordDamaged; KeyNotReady."""
    records.read(unlocked, record)


def must_be_erasable(unlocked: Unlocked, record: Record) -> None:
    """Refuse a damaged note until an officer has answered its alarm. The audit gets no entry.
    Errors: RecordDamaged; KeyNotReady."""
    try:
        records.read(unlocked, record)
    except errors.RecordDamaged as error:
        if not is_answered(record.owner_team.organisation_id, record.target, error.code):
            raise


class Version(NamedTuple):
    """A version of a note: when it was saved, and the audit entry of its writer if it is kept.
    `change` is the code of what made it: that of the saving, or of a file that came or went."""

    number: int
    at: datetime
    entry: models.Entry | None
    change: str = ""


def history(record: Record) -> list[models.Entry]:
    """Return what was done with a note and its files: the newest entries, at most HISTORY."""
    return list(_done_to(record).newest_first()[:HISTORY])


def saved(record: Record) -> list[models.Entry]:
    """Return the saving of the newest version of a note; none when the audit keeps it no more."""
    return list(_saves(record)[:1])


def must_be_as_saved(record: Record) -> None:
    """Refuse a note if its newest version is not the one that was saved last.
    Errors: RecordGone; RecordDamaged."""
    must_be_newest_version(*stored(record))


def versions(record: Record) -> list[Version]:
    """Return the versions of a note, the newest first, without opening one."""
    rows = Sealed.objects.filter(record=record).order_by("-version")
    kept = list(rows.values_list("version", "created"))
    # Every save makes a version and an entry in one transaction; the audit forgets the oldest.
    entries = [*_saves(record)[: len(kept)], *repeat(None, len(kept))]
    changes = _changes(record)
    return [
        Version(*row, entry, changes[entry.n] if entry else "")
        for row, entry in zip(kept, entries, strict=False)
    ]


def _done_to(record: Record) -> queries.EntryQuerySet:
    chain = models.Entry.objects.of_organisation(record.owner_team.organisation_id)
    return chain.about(record.target)


def _saves(record: Record) -> queries.EntryQuerySet:
    return _done_to(record).filter(action__in=SAVES).order_by("-n")


def _changes(record: Record) -> dict[int, str]:
    """Return by number of a saving what it saved: a file came or went right before it, or text."""
    changes, change = {}, ""
    rows = _done_to(record).filter(
        Q(action__in=SAVES) | Q(action__startswith=ADDED) | Q(action__startswith=REMOVED)
    )
    for n, action in rows.order_by("n").values_list("n", "action"):
        if action in SAVES:
            changes[n], change = change or action, ""
        else:
            change = action
    return changes
