"""Notes: what a team writes down, with its files. The same way cases will go.
A document holds title, text, the keys of its files (files.py) and what these are called: a member
who lists or searches notes opens no file."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from protect.kernel.ids import grouped, short_code, squeezed
from protect.orgs.models import Team
from protect.uploads import scanners, upload_handler
from protect.uploads.clean_documents import CleanDocument, clean_document
from protect.vault.enums import Kind
from protect.vault.errors import ChangedBeforeErasing, RecordChanged, RecordGone
from protect.vault.formats.files import About
from protect.vault.formats.padding import Document
from protect.vault.models import Record, SealedFile
from protect.vault.records import erasure, files as records_files, note_search, records
from protect.vault.records.note_history import erasable, must_be_erasable
from protect.vault.rows import hold_keys
from protect.vault.sessions.unlocked import Unlocked, active_key

TITLE_MOST, TEXT_MOST = 120, 20_000  # characters
MONTHS, MONTHS_MOST = 24, 120  # how long a note is kept, usually and at most
FILES = "names"  # of a document: by id of a file, its name, type and size
NUMBER_LEAST = 3  # letters of a number by which a note is found


@dataclass(frozen=True, slots=True, repr=False)
class NoteContent:
    """Title, text and retention of a note, as a member types them.
    Units: months from now, the present one not counted. None leaves the month that is set; a new
    note is then kept as long as usual."""

    title: str
    text: str
    months: int | None = MONTHS


@dataclass(frozen=True, slots=True, repr=False)
class Note:
    """A note, read. Files by id, in the order in which they came."""

    record: Record
    version: int
    title: str
    text: str
    files: dict[UUID, About]

    @property
    def number(self) -> str:
        """What one says of it on the phone."""
        return number_of(self.record)

    @property
    def numbered_files(self) -> list[tuple[UUID, About, str]]:
        """Return the files with the number by which the history knows each."""
        return [(pk, about, records_files.number_of(pk)) for pk, about in self.files.items()]


@dataclass(frozen=True, slots=True, repr=False)
class Listing:
    """Notes of a team that were opened, newest change first, and how many there are."""

    notes: list[Note]
    count: int
    damaged: list[UUID]
    erasable: list[UUID]  # of these: an officer has answered the alarm

    @property
    def references(self) -> list[tuple[str, UUID, bool]]:
        """Return of what is damaged the number, the id, and whether it may be erased."""
        return [(grouped(_code(pk)), pk, pk in self.erasable) for pk in self.damaged]


def find(unlocked: Unlocked, team: Team, words: str, *, at: datetime) -> Listing:
    """Look through all notes of a team for some words. One entry in the audit.
    Errors: KeyNotReady."""
    scanned = records.scan(unlocked, team, Kind.NOTE, _is_any, at=at)
    every = list(map(_note, scanned.opened))
    notes = [note for note in every if _matches(note, words)]
    count_of_all = len(every) + len(scanned.damaged)
    return Listing(notes, count_of_all, scanned.damaged, erasable(team, scanned.damaged))


def listed(unlocked: Unlocked, team: Team, rows: slice, *, at: datetime) -> Listing:
    """Open the notes on a page of a team's list and no others. One entry in the audit.
    Errors: KeyNotReady."""
    scanned = records.scan(unlocked, team, Kind.NOTE, _is_any, at=at, rows=rows)
    opened = list(map(_note, scanned.opened))
    return Listing(opened, count(team), scanned.damaged, erasable(team, scanned.damaged))


def count(team: Team) -> int:
    """Return how many notes a team has, whether or not they open."""
    return Record.objects.filter(owner_team=team, kind=Kind.NOTE).count()


def opened(unlocked: Unlocked, record: Record, *, at: datetime) -> Note:
    """Return a note. The reading is in the audit.
    Errors: RecordGone; RecordDamaged; KeyNotReady."""
    return _note(records.open(unlocked, record, at=at))


def opened_version(unlocked: Unlocked, record: Record, version: int, *, at: datetime) -> Note:
    """Return what a note said in a version. The reading is in the audit.
    Errors: RecordGone, also for a version that there never was; RecordDamaged; KeyNotReady."""
    return _note(records.open_version(unlocked, record, version, at=at))


def write(unlocked: Unlocked, team: Team, content: NoteContent, *, at: datetime) -> Record:
    """Seal a new note for a team. Errors: team_not_ready; KeyNotReady."""
    document = {"title": content.title, "text": content.text}
    month = last_month(MONTHS if content.months is None else content.months, at)
    return records.seal(
        unlocked, records.Writing(Kind.NOTE, team), document, retention=month, at=at
    )


@transaction.atomic
def change(
    unlocked: Unlocked, record: Record, content: NoteContent, *, seen: int, at: datetime
) -> Record:
    """Seal the next version of a note. Its files stay, and its month unless one is said.
    Where nothing would change there is no next version; that it was compared is in the audit.
    Units: `seen` is the version that the writer had on screen. Errors: RecordChanged, when a member
    saved in between; RecordGone; RecordDamaged; KeyNotReady."""
    current = _held(unlocked, record)
    if current.version != seen:
        raise RecordChanged
    document = {**current.document, "title": content.title, "text": content.text}
    before = current.record.retention
    month = before if content.months is None else last_month(content.months, at)
    if (document, month) == (current.document, before):
        audit = unlocked.audit(record.owner_team.organisation_id, at=at)
        audit.record("vault.open", record.target)
        return current.record
    Record.objects.filter(pk=record.pk).update(retention=month)
    return records.save(unlocked, current.record, document, seen=seen, at=at)


@transaction.atomic
def bring_back(
    unlocked: Unlocked, record: Record, version: int, *, seen: int, at: datetime
) -> Record:
    """Seal the words of an earlier version once more, as the next one. Nothing is deleted.
    Its files and its month stay as they are now. Units: `seen` is the version that stood when the
    member decided. Errors: as `change`; RecordGone also for a version that there never was."""
    then = _note(records.read_version(unlocked, record, version))
    return change(unlocked, record, NoteContent(then.title, then.text, None), seen=seen, at=at)


def cleaned(file: UploadedFile[bytes]) -> CleanDocument:
    """Return a file scanned and written anew, ready to be sealed. Takes seconds; keeps nothing.
    Call it outside a transaction: no request should wait for it. Errors: UploadRefused."""
    scanner = scanners.scanner_of(settings.SCANNER)
    return clean_document(file.name or "", upload_handler.content_of(file), scanner=scanner)


@transaction.atomic
def add_file(unlocked: Unlocked, record: Record, new: CleanDocument, *, at: datetime) -> None:
    """Seal a file beside a note, and its key in the next version of the note.
    Errors: RecordGone; RecordDamaged; KeyNotReady; team_not_ready."""
    current = _held(unlocked, record)
    before = current.document.get(records_files.FIELD, {})
    document = records_files.attach(current.record, current.document, new, at=at)
    (added,) = document[records_files.FIELD].keys() - before.keys()
    about = {"name": new.name, "type": new.media_type, "size": len(new.content)}
    document[FILES] = {**document.get(FILES, {}), added: about}
    records_files.record_file(unlocked, record, "add_file", UUID(added), at=at)
    records.save(unlocked, current.record, document, seen=current.version, at=at)


@transaction.atomic
def remove_file(unlocked: Unlocked, record: Record, file: UUID, *, at: datetime) -> None:
    """Delete a file, at once and for good, and its key from the next version of the note. Errors:
    RecordGone, when the note has no such file; RecordDamaged; KeyNotReady; team_not_ready."""
    current = _held(unlocked, record)
    if file not in _files(current.document):
        raise RecordGone
    document = records_files.detach(current.record, current.document, file)
    document[FILES] = {
        pk: about for pk, about in document[FILES].items() if pk in document[records_files.FIELD]
    }
    records_files.record_file(unlocked, record, "remove_file", file, at=at)
    records.save(unlocked, current.record, document, seen=current.version, at=at)


def read_file(
    unlocked: Unlocked, record: Record, file: UUID, *, at: datetime
) -> tuple[About, bytes]:
    """Return a file of a note. The reading is in the audit.
    Errors: RecordGone, when the note has no such file; RecordDamaged; KeyNotReady."""
    note = records.read(unlocked, record)
    return records_files.read(unlocked, note.record, note.document, file, at=at)


@transaction.atomic
def erase(unlocked: Unlocked, record: Record, *, seen: int, at: datetime) -> None:
    """Erase a note and its files. Units: `seen` is the version that the person had on screen.
    Errors: ChangedBeforeErasing, when a member saved in between; RecordGone; RecordDamaged."""
    hold_keys([record.owner_team_id])  # before the record: rows.py
    if _row(record).version != seen:
        raise ChangedBeforeErasing
    must_be_erasable(unlocked, record)
    erasure.erase(unlocked, record, reason=erasure.PERSON, at=at)


def file_count(record: Record) -> int:
    """Return how many files hang on a record, without opening it."""
    return SealedFile.objects.filter(record=record).count()


def last_month(months: int, at: datetime) -> date:
    """Return the last month of what is kept for some months from now, by its first day."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return date(year, month + 1, 1)


def months_left(retention: date, at: datetime) -> int:
    """Return for how many months something is still kept: the inverse of `last_month`."""
    return (retention.year - at.year) * 12 + retention.month - at.month


def number_of(record: Record) -> str:
    """Return the number of a note, from its id: it tells nothing of when or how many."""
    return grouped(_code(record.pk))


def number_in(target: str) -> str:
    """Return the number of the note that an entry of the audit names, "" for anything else."""
    kind, _colon, pk = target.partition(":")
    return grouped(short_code(kind, pk)) if kind == Kind.NOTE else ""


def namesakes(record: Record) -> int:
    """Return how many other notes of the team have the same number: none, but for an accident."""
    rows = Record.objects.filter(owner_team=record.owner_team_id, kind=Kind.NOTE)
    others = rows.exclude(pk=record.pk).order_by("pk").values_list("pk", flat=True)
    return sum(_code(pk) == _code(record.pk) for pk in others)


def _held(unlocked: Unlocked, record: Record) -> records.Opened:
    active_key(record.owner_team_id, lock=True)  # keys before records: rows.py
    return records.read(unlocked, _row(record))


def _row(record: Record) -> Record:
    held = Record.objects.select_for_update().filter(pk=record.pk).first()
    if held is None:
        raise RecordGone
    return held


def _is_any(document: Document) -> bool:
    return True


def _note(reading: records.Opened) -> Note:
    title, text = reading.document.get("title", ""), reading.document.get("text", "")
    return Note(reading.record, reading.version, str(title), str(text), _files(reading.document))


def _files(document: Document) -> dict[UUID, About]:
    return {UUID(pk): About(**about) for pk, about in document.get(FILES, {}).items()}


def _matches(note: Note, words: str) -> bool:
    number = squeezed(words)
    is_number = len(number) >= NUMBER_LEAST and _code(note.record.pk).startswith(number)
    names = (about.name for about in note.files.values())
    return is_number or note_search.is_found(words, note.title, note.text, *names)


def _code(pk: UUID) -> str:
    return short_code(Kind.NOTE, str(pk))
