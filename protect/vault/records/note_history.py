"""The history of a note: its versions, its audit entries, and when damage may be erased."""

from collections.abc import Iterable
from datetime import datetime
from itertools import repeat
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from protect.audit import models, queries
from protect.orgs.alarms import is_alarm_answered
from protect.orgs.models import Team
from protect.vault import enums, errors
from protect.vault.integrity.record_states import load_with_state, must_be_newest_version
from protect.vault.models import Record, Sealed
from protect.vault.records import records
from protect.vault.sessions.unlocked import Unlocked

MAX_ENTRIES = 20  # audit entries on the page of a note
FILE_ADDED_PREFIX = "vault.add_file."  # start of an audit action; the file's number follows
FILE_REMOVED_PREFIX = "vault.remove_file."  # start of an audit action; the file's number follows
SAVE_ACTIONS = ("vault.seal", "vault.save")  # audit actions that save a version


def erasable_notes(team: Team, notes: Iterable[UUID]) -> list[UUID]:
    """Return the notes whose alarm about damage a data protection officer has answered."""
    organisation, code = team.organisation_id, errors.RecordDamaged.code
    return [pk for pk in notes if is_alarm_answered(organisation, f"{enums.Kind.NOTE}:{pk}", code)]


def must_be_erasable(unlocked: Unlocked, record: Record) -> None:
    """Refuse a damaged note until a data protection officer has answered its alarm. Writes no
    audit entry. Errors: RecordGone; RecordDamaged; KeyNotReady."""
    try:
        records.read(unlocked, record)
    except errors.RecordDamaged as error:
        if not is_alarm_answered(
            record.owner_team.organisation_id, record.audit_target, error.code
        ):
            raise


class NoteVersion(NamedTuple):
    """A version of a note. `at`: when it was saved. `entry`: the audit entry of that save, None if
    deleted by age. `change`: an action code, of a save or of a file that was added or removed."""

    number: int
    at: datetime
    entry: models.Entry | None
    change: str = ""


def newest_entries(record: Record) -> list[models.Entry]:
    """Return the newest audit entries about a note and its files, at most MAX_ENTRIES."""
    return list(_note_entries(record).newest_first()[:MAX_ENTRIES])


def last_save_entries(record: Record) -> list[models.Entry]:
    """Return the audit entry of the last save, in a list; empty if it was deleted by age."""
    return list(_save_entries(record)[:1])


def must_be_last_saved_version(record: Record) -> None:
    """Refuse a note unless its version is the last audited. Errors: RecordGone; RecordDamaged."""
    must_be_newest_version(*load_with_state(record))


def list_versions(record: Record) -> list[NoteVersion]:
    """Return the versions of a note, newest first, without opening any."""
    rows = Sealed.objects.filter(record=record).order_by("-version")
    version_rows = list(rows.values_list("version", "created"))
    # Each save writes a version and an entry; the audit deletes the oldest entries.
    entries = [*_save_entries(record)[: len(version_rows)], *repeat(None, len(version_rows))]
    changes = _changes_by_save(record)
    pairs = zip(version_rows, entries, strict=False)
    return [NoteVersion(*row, entry, changes[entry.n] if entry else "") for row, entry in pairs]


def _note_entries(record: Record) -> queries.EntryQuerySet:
    chain = models.Entry.objects.of_organisation(record.owner_team.organisation_id)
    return chain.of_target(record.audit_target)


def _save_entries(record: Record) -> queries.EntryQuerySet:
    """Return the audit entries of the saves of a note, newest first."""
    return _note_entries(record).filter(action__in=SAVE_ACTIONS).order_by("-n")


def _changes_by_save(record: Record) -> dict[int, str]:
    """Return what each save changed, by entry number: the action code of a file or the save."""
    changes_by_entry, change = {}, ""
    of_files = Q(action__startswith=FILE_ADDED_PREFIX) | Q(action__startswith=FILE_REMOVED_PREFIX)
    rows = _note_entries(record).filter(Q(action__in=SAVE_ACTIONS) | of_files)
    for n, action in rows.order_by("n").values_list("n", "action"):
        if action in SAVE_ACTIONS:
            changes_by_entry[n], change = change or action, ""
        else:
            change = action
    return changes_by_entry
