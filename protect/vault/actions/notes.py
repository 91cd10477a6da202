"""Notes: what a team writes down, with its files. The same way cases will go.

A document holds title, text, the keys of its files (files.py) and what these are called: whoever
lists or searches notes opens no file.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from protect.audit.models import Entry
from protect.audit.queries import EntryQuerySet
from protect.orgs.models import Team
from protect.vault.actions import erasing, files, records
from protect.vault.actions.records import Opened, Writing
from protect.vault.actions.searching import is_found
from protect.vault.actions.tracing import trace
from protect.vault.actions.unlocked import Unlocked, active_key
from protect.vault.enums import Kind
from protect.vault.errors import RecordChanged, RecordGone
from protect.vault.formats.files import About
from protect.vault.models import Record, SealedFile
from protect.vault.uploads.cleaning import Clean, clean
from protect.vault.uploads.handlers import content_of
from protect.vault.uploads.scanners import scanner_of

TITLE_MOST, TEXT_MOST = 120, 20_000  # characters
MONTHS, MONTHS_MOST = 24, 120  # how long a note is kept, usually and at most
FILES = "names"  # of a document: by id of a file, its name, type and size
HISTORY = 20  # entries on the page of a note
SAVES = ("vault.seal", "vault.save")


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """What somebody types. Units: months from now, the present one not counted."""

    title: str
    text: str
    months: int = MONTHS


@dataclass(frozen=True, slots=True, repr=False)
class Note:
    """A note, read. Files by id, in the order in which they came."""

    record: Record
    version: int
    title: str
    text: str
    files: dict[UUID, About]


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """What a look through a team's notes gave: notes, newest change first; how many there are."""

    notes: list[Note]
    count: int
    damaged: list[UUID]


def find(unlocked: Unlocked, team: Team, words: str, *, at: datetime) -> Found:
    """Look through all notes of a team for some words, or for all. One entry in the audit.

    Errors: KeyNotReady.
    """
    every = [_note(each) for each in records.scan(unlocked, team, Kind.NOTE, _is_any, at=at)]
    readable = [note.record.pk for note in every]
    rows = Record.objects.filter(owner_team=team, kind=Kind.NOTE).exclude(pk__in=readable)
    damaged = list(rows.order_by("created", "pk").values_list("pk", flat=True))
    notes = [note for note in every if is_found(words, *_words(note))]
    return Found(notes, len(every), damaged)


def opened(unlocked: Unlocked, record: Record, *, at: datetime) -> Note:
    """Return a note. The reading is in the audit.

    Errors: RecordGone; RecordDamaged; KeyNotReady.
    """
    return _note(records.open(unlocked, record, at=at))


def write(unlocked: Unlocked, team: Team, said: Said, *, at: datetime) -> Record:
    """Seal a new note for a team.

    Errors: TeamNotReady; KeyNotReady.
    """
    document = {"title": said.title, "text": said.text}
    month = last_month(said.months, at)
    return records.seal(unlocked, Writing(Kind.NOTE, team), document, retention=month, at=at)


@transaction.atomic
def change(unlocked: Unlocked, record: Record, said: Said, *, seen: int, at: datetime) -> Record:
    """Seal the next version of a note. Its files stay.

    Units: `seen` is the version that the writer had on screen.
    Errors: RecordChanged, when somebody saved in between; RecordGone; RecordDamaged; KeyNotReady.
    """
    found = _held(unlocked, record)
    if found.version != seen:
        raise RecordChanged
    document = {**found.document, "title": said.title, "text": said.text}
    month = last_month(said.months, at)
    Record.objects.filter(pk=record.pk).update(retention=month)
    return records.save(unlocked, found.record, document, seen=seen, at=at)


def cleaned(file: UploadedFile[bytes]) -> Clean:
    """Return a file scanned and written anew, ready to be sealed. Takes seconds; keeps nothing.

    Call it outside a transaction: nobody should wait for it. Errors: UploadRefused.
    """
    scanner = scanner_of(settings.SCANNER)
    return clean(file.name or "", content_of(file), scanner=scanner)


@transaction.atomic
def add_file(unlocked: Unlocked, record: Record, new: Clean, *, at: datetime) -> None:
    """Seal a file beside a note, and its key in the next version of the note.

    Errors: RecordGone; RecordDamaged; KeyNotReady; TeamNotReady.
    """
    found = _held(unlocked, record)
    before = found.document.get(files.FIELD, {})
    document = files.attach(found.record, found.document, new, at=at)
    (added,) = document[files.FIELD].keys() - before.keys()
    about = {"name": new.name, "type": new.media_type, "size": len(new.content)}
    document[FILES] = {**document.get(FILES, {}), added: about}
    _audited(unlocked, record, "add_file", at=at)
    records.save(unlocked, found.record, document, seen=found.version, at=at)


@transaction.atomic
def remove_file(unlocked: Unlocked, record: Record, file: UUID, *, at: datetime) -> None:
    """Delete a file, at once and for good, and its key from the next version of the note.

    Errors: RecordGone, when the note has no such file; RecordDamaged; KeyNotReady; TeamNotReady.
    """
    found = _held(unlocked, record)
    if file not in _files(found.document):
        raise RecordGone
    document = files.detach(found.record, found.document, file)
    document[FILES] = {
        pk: about for pk, about in document[FILES].items() if pk in document[files.FIELD]
    }
    _audited(unlocked, record, "remove_file", at=at)
    records.save(unlocked, found.record, document, seen=found.version, at=at)


def read_file(
    unlocked: Unlocked, record: Record, file: UUID, *, at: datetime
) -> tuple[About, bytes]:
    """Return a file of a note. The reading is in the audit.

    Errors: RecordGone, when the note has no such file; RecordDamaged; KeyNotReady.
    """
    return files.read(unlocked, record, records.read(unlocked, record).document, file, at=at)


def erase(unlocked: Unlocked, record: Record, *, at: datetime) -> None:
    """Erase a note and its files. Needs no key: what is damaged can be erased as well."""
    erasing.erase(unlocked, record, reason=erasing.PERSON, at=at)


def file_count(record: Record) -> int:
    """Return how many files hang on a record, without opening it."""
    return SealedFile.objects.filter(record=record).count()


def history(record: Record, file_ids: Collection[UUID]) -> list[Entry]:
    """Return what was done with a note and its files: the newest entries, at most HISTORY."""
    targets = [_target(record), *(f"file:{pk}" for pk in file_ids)]
    return list(_entries(record).filter(target__in=targets).newest_first()[:HISTORY])


def saved(record: Record) -> list[Entry]:
    """Return the saving of the newest version of a note; none when the audit keeps it no more."""
    saves = _entries(record).filter(target=_target(record), action__in=SAVES)
    return list(saves.newest_first()[:1])


def last_month(months: int, at: datetime) -> date:
    """Return the last month of what is kept for some months from now, by its first day."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return date(year, month + 1, 1)


def months_left(retention: date, at: datetime) -> int:
    """Return for how many months something is still kept: the inverse of `last_month`."""
    return (retention.year - at.year) * 12 + retention.month - at.month


def _entries(record: Record) -> EntryQuerySet:
    return Entry.objects.of_organisation(record.owner_team.organisation_id)


def _held(unlocked: Unlocked, record: Record) -> Opened:
    """Read a record that nobody else changes until the transaction ends."""
    active_key(record.owner_team_id, lock=True)  # keys before records: holding.py
    held = Record.objects.select_for_update().filter(pk=record.pk).first()
    if held is None:
        raise RecordGone
    return records.read(unlocked, held)


def _is_any(document: dict[str, Any]) -> bool:
    return True


def _note(found: Opened) -> Note:
    title, text = found.document.get("title", ""), found.document.get("text", "")
    return Note(found.record, found.version, str(title), str(text), _files(found.document))


def _files(document: dict[str, Any]) -> dict[UUID, About]:
    return {UUID(pk): About(**about) for pk, about in document.get(FILES, {}).items()}


def _words(note: Note) -> list[str]:
    return [note.title, note.text, *(about.name for about in note.files.values())]


def _audited(unlocked: Unlocked, record: Record, action: str, *, at: datetime) -> None:
    trace(record.owner_team, action, _target(record), actor=unlocked.user_id, at=at)


def _target(record: Record) -> str:
    return f"{record.kind}:{record.pk}"
