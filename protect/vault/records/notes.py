"""Notes: texts that a team writes down, with files. The sealed document contains title, text, the
keys of the files (files.py) and their names, so that listing or searching notes opens no file."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from protect.kernel.ids import format_short_code, normalise_code, short_code
from protect.orgs.access import get_row
from protect.orgs.models import Team
from protect.uploads import scanners, upload_handler
from protect.uploads.clean_documents import CleanDocument, clean_document
from protect.vault.enums import Kind
from protect.vault.errors import ChangedBeforeErasing, RecordChanged, RecordGone
from protect.vault.formats.files import FileMetadata
from protect.vault.formats.padding import Document
from protect.vault.models import Record, SealedFile
from protect.vault.records import erasure, files as records_files, note_search, records
from protect.vault.records.note_history import erasable_notes, must_be_erasable
from protect.vault.rows import lock_team_keys
from protect.vault.sessions.unlocked import Unlocked, active_key

MAX_TITLE_LENGTH, MAX_TEXT_LENGTH = 120, 20_000  # characters
DEFAULT_MONTHS, MAX_MONTHS = 24, 120  # default and longest retention of a note
METADATA_FIELD = "names"  # field of a document: by file id, the file's name, type and size
MIN_NUMBER_LETTERS = 3  # shortest beginning of a number by which a search finds the note


@dataclass(frozen=True, slots=True, repr=False)
class NoteContent:
    """A note's title, text and retention, as a member types them. `months`: how many months after
    the current one; None keeps the stored month, or gives a new note DEFAULT_MONTHS."""

    title: str
    text: str
    months: int | None = DEFAULT_MONTHS


@dataclass(frozen=True, slots=True, repr=False)
class Note:
    """An opened note. Its files are keyed by id, in the order in which they were added."""

    record: Record
    version: int  # that was opened; record.version is the newest
    title: str
    text: str
    files: dict[UUID, FileMetadata]

    @property
    def number(self) -> str:
        """The short number by which members refer to the note on the phone."""
        return note_number(self.record)

    @property
    def numbered_files(self) -> list[tuple[UUID, FileMetadata, str]]:
        """Return the files, each with the short number that the history uses."""
        return [
            (pk, metadata, records_files.file_number(pk)) for pk, metadata in self.files.items()
        ]


@dataclass(frozen=True, slots=True, repr=False)
class NoteListing:
    """The notes of a page or a search, newest change first, and the number of all the team's."""

    notes: list[Note]
    count: int
    damaged: list[UUID]
    erasable: list[UUID]  # damaged notes whose alarm a data protection officer has answered

    @property
    def references(self) -> list[tuple[str, UUID, bool]]:
        """Return number, id and whether erasing is allowed, for each damaged note."""
        return [(format_short_code(_note_code(pk)), pk, pk in self.erasable) for pk in self.damaged]


def search_notes(unlocked: Unlocked, team: Team, words: str, *, at: datetime) -> NoteListing:
    """Search all notes of a team for words. One entry in the audit. Errors: KeyNotReady."""
    scanned = records.scan_records(unlocked, team, Kind.NOTE, _accept_any, at=at)
    all_notes = list(map(_build_note, scanned.opened))
    notes = [note for note in all_notes if _matches_search(note, words)]
    count_of_all = len(all_notes) + len(scanned.damaged)
    return NoteListing(notes, count_of_all, scanned.damaged, erasable_notes(team, scanned.damaged))


def list_notes(unlocked: Unlocked, team: Team, rows: slice, *, at: datetime) -> NoteListing:
    """Open only one page of a team's notes. One entry in the audit. Errors: KeyNotReady."""
    scanned = records.scan_records(unlocked, team, Kind.NOTE, _accept_any, at=at, page_slice=rows)
    opened = list(map(_build_note, scanned.opened))
    damaged = scanned.damaged
    return NoteListing(opened, count_notes(team), damaged, erasable_notes(team, damaged))


def count_notes(team: Team) -> int:
    """Return how many notes a team has, including those that do not open."""
    return Record.objects.filter(owner_team=team, kind=Kind.NOTE).count()


def open_note(unlocked: Unlocked, record: Record, *, at: datetime) -> Note:
    """Open a note, with an audit entry. Errors: RecordGone; RecordDamaged; KeyNotReady."""
    return _build_note(records.open_record(unlocked, record, at=at))


def open_note_version(unlocked: Unlocked, record: Record, version: int, *, at: datetime) -> Note:
    """Open a version of a note and record the access in the audit.
    Errors: RecordGone, also for a version that never existed; RecordDamaged; KeyNotReady."""
    return _build_note(records.open_version(unlocked, record, version, at=at))


def write_note(unlocked: Unlocked, team: Team, content: NoteContent, *, at: datetime) -> Record:
    """Seal a new note for a team. Errors: team_not_ready; KeyNotReady."""
    document = {"title": content.title, "text": content.text}
    month = retention_month(DEFAULT_MONTHS if content.months is None else content.months, at)
    new = records.NewRecord(Kind.NOTE, team)
    return records.seal_record(unlocked, new, document, retention=month, at=at)


@transaction.atomic
def change_note(
    unlocked: Unlocked, record: Record, content: NoteContent, *, seen: int, at: datetime
) -> Record:
    """Seal the next version of a note. Its files stay, and its month unless another is given. If
    nothing would change, no version is saved, but the audit records that the note was read.
    Units: `seen` is the version that the writer had on screen. Errors: RecordChanged when saved
    meanwhile; RecordGone; RecordDamaged; KeyNotReady; team_not_ready."""
    current = _lock_and_read(unlocked, record)
    if current.version != seen:
        raise RecordChanged
    document = {**current.document, "title": content.title, "text": content.text}
    current_month = current.record.retention
    new_month = current_month if content.months is None else retention_month(content.months, at)
    if (document, new_month) == (current.document, current_month):
        audit = unlocked.audit(record.owner_team.organisation_id, at=at)
        audit.record("vault.open", record.audit_target)
        return current.record
    Record.objects.filter(pk=record.pk).update(retention=new_month)
    return records.save_record(unlocked, current.record, document, seen=seen, at=at)


@transaction.atomic
def restore_note_version(
    unlocked: Unlocked, record: Record, version: int, *, seen: int, at: datetime
) -> Record:
    """Seal title and text of an earlier version again, as the newest. Nothing is deleted. Files
    and month stay as they are now. Units: `seen` is the version that was current when the
    member decided. Errors: as `change_note`; RecordGone also for a version that never existed."""
    earlier = _build_note(records.read_version(unlocked, record, version))
    content = NoteContent(earlier.title, earlier.text, None)
    return change_note(unlocked, record, content, seen=seen, at=at)


def clean_upload(file: UploadedFile[bytes]) -> CleanDocument:
    """Scan and rewrite an uploaded file so that it can be sealed. Takes seconds. Call it
    outside a transaction, so that no other request waits. Errors: UploadRefused; ParsersBusy."""
    scanner = scanners.scanner_of(settings.SCANNER)
    return clean_document(file.name or "", upload_handler.content_of(file), scanner=scanner)


@transaction.atomic
def add_note_file(unlocked: Unlocked, record: Record, file: CleanDocument, *, at: datetime) -> None:
    """Seal a file for a note, and its key in the next version of the note.
    Errors: RecordGone; RecordDamaged; KeyNotReady; team_not_ready."""
    current = _lock_and_read(unlocked, record)
    keys_before = current.document.get(records_files.KEYS_FIELD, {})
    document = records_files.attach_file(current.record, current.document, file, at=at)
    (added_id,) = document[records_files.KEYS_FIELD].keys() - keys_before.keys()
    metadata = {"name": file.name, "type": file.media_type, "size": len(file.content)}
    document[METADATA_FIELD] = {**document.get(METADATA_FIELD, {}), added_id: metadata}
    records_files.record_file_action(unlocked, record, "add_file", UUID(added_id), at=at)
    records.save_record(unlocked, current.record, document, seen=current.version, at=at)


@transaction.atomic
def remove_note_file(unlocked: Unlocked, record: Record, file_id: UUID, *, at: datetime) -> None:
    """Delete a file at once, and save the note without the file's key. Errors: RecordGone if the
    note has no such file; RecordDamaged; KeyNotReady; team_not_ready."""
    current = _lock_and_read(unlocked, record)
    if file_id not in _files_of_document(current.document):
        raise RecordGone
    document = records_files.detach_file(current.record, current.document, file_id)
    keys, metadata = document[records_files.KEYS_FIELD], document[METADATA_FIELD]
    document[METADATA_FIELD] = {pk: value for pk, value in metadata.items() if pk in keys}
    records_files.record_file_action(unlocked, record, "remove_file", file_id, at=at)
    records.save_record(unlocked, current.record, document, seen=current.version, at=at)


def read_note_file(
    unlocked: Unlocked, record: Record, file_id: UUID, *, at: datetime
) -> tuple[FileMetadata, bytes]:
    """Return a file of a note, and record the access in the audit.
    Errors: RecordGone when the note has no such file; RecordDamaged; KeyNotReady."""
    note = records.read(unlocked, record)
    return records_files.read_attached_file(unlocked, note.record, note.document, file_id, at=at)


@transaction.atomic
def erase_note(unlocked: Unlocked, record: Record, *, seen: int, at: datetime) -> None:
    """Erase a note and its files. Units: `seen` is the version that the member had on screen.
    Errors: ChangedBeforeErasing when a member has saved meanwhile; as `must_be_erasable`."""
    lock_team_keys([record.owner_team_id])  # lock order: keys before records (rows.py)
    if _lock_record(record).version != seen:
        raise ChangedBeforeErasing
    must_be_erasable(unlocked, record)
    erasure.erase_record(unlocked, record, reason=erasure.PERSON_REASON, at=at)


def count_files(record: Record) -> int:
    """Return how many files a record has, without opening it."""
    return SealedFile.objects.filter(record=record).count()


def retention_month(months: int, at: datetime) -> date:
    """Return the first day of the last month of a retention of `months` after the current one."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return date(year, month + 1, 1)


def months_left(retention: date, at: datetime) -> int:
    """Return months left after this one, negative if past: the inverse of `retention_month`."""
    return (retention.year - at.year) * 12 + retention.month - at.month


def note_number(record: Record) -> str:
    """Return a note's short number; it reveals neither its date nor how many notes exist."""
    return format_short_code(_note_code(record.pk))


def note_number_of_target(target: str) -> str:
    """Return the number of the note in an audit target; "" for any other target."""
    kind, _colon, pk = target.partition(":")
    return format_short_code(short_code(kind, pk)) if kind == Kind.NOTE else ""


def count_notes_with_same_number(record: Record) -> int:
    """Return how many other notes of the team happen to have the same number."""
    rows = Record.objects.filter(owner_team=record.owner_team_id, kind=Kind.NOTE)
    others = rows.exclude(pk=record.pk).order_by("pk").values_list("pk", flat=True)
    return sum(_note_code(pk) == _note_code(record.pk) for pk in others)


def _lock_and_read(unlocked: Unlocked, record: Record) -> records.OpenedRecord:
    active_key(record.owner_team_id, lock=True)  # lock order: keys before records (rows.py)
    return records.read(unlocked, _lock_record(record))


def _lock_record(record: Record) -> Record:
    return get_row(Record.objects.select_for_update(), RecordGone, pk=record.pk)


def _accept_any(document: Document) -> bool:
    return True


def _build_note(opened: records.OpenedRecord) -> Note:
    title, text = opened.document.get("title", ""), opened.document.get("text", "")
    files = _files_of_document(opened.document)
    return Note(opened.record, opened.version, str(title), str(text), files)


def _files_of_document(document: Document) -> dict[UUID, FileMetadata]:
    files = document.get(METADATA_FIELD, {})
    return {UUID(pk): FileMetadata(**values) for pk, values in files.items()}


def _matches_search(note: Note, words: str) -> bool:
    code = normalise_code(words)
    matches_number = len(code) >= MIN_NUMBER_LETTERS and _note_code(note.record.pk).startswith(code)
    names = (metadata.name for metadata in note.files.values())
    return matches_number or note_search.contains_all_words(words, note.title, note.text, *names)


def _note_code(pk: UUID) -> str:
    return short_code(Kind.NOTE, str(pk))
