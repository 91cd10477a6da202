"""Files of a record: cleaned before, sealed here; their keys stand in the record's document."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from protect.kernel.ids import grouped, short_code
from protect.uploads.clean_documents import CleanDocument
from protect.vault.errors import RecordDamaged, RecordGone
from protect.vault.formats import context, errors, files, padding, secrets
from protect.vault.models import Record, SealedFile
from protect.vault.sessions.unlocked import Unlocked

KIND = "file"  # of numbers
FIELD = "files"  # of a document: by id of the file, its key in hexadecimal digits


@transaction.atomic
def attach(
    record: Record, document: padding.Document, clean: CleanDocument, *, at: datetime
) -> padding.Document:
    """Seal a cleaned file beside a record; return the document with its key, to be saved next.
    Without that save no member can ever open the file: do both in one transaction."""
    pk = uuid4()
    about = files.About(name=clean.name, type=clean.media_type, size=len(clean.content))
    bound = context.file(file=pk, record=record.pk)
    ct, dek = files.seal(clean.content, about, bound)
    SealedFile.objects.create(pk=pk, record=record, size=len(ct), ct=ct, created=at)
    keys = {**document.get(FIELD, {}), str(pk): dek.reveal().hex()}
    return {**document, FIELD: keys}


@transaction.atomic
def read(
    unlocked: Unlocked, record: Record, document: padding.Document, file: UUID, *, at: datetime
) -> tuple[files.About, bytes]:
    """Return a file of an opened record. The reading is in the audit.
    `document` is what that version of the record says.
    Errors: RecordGone when the record has no such file; RecordDamaged."""
    key = document.get(FIELD, {}).get(str(file))
    if key is None:
        raise RecordGone
    row = SealedFile.objects.filter(pk=file, record=record).first()
    if row is None:
        if not Record.objects.filter(pk=record.pk, version=record.version).exists():
            raise RecordGone  # a member removed the file meanwhile
        raise RecordDamaged.of(record, reference=number_of(file))
    bound = context.file(file=file, record=record.pk)
    try:
        about, content = files.unseal(bytes(row.ct), secrets.Dek(bytes.fromhex(key)), bound)
    except errors.Damaged:
        raise RecordDamaged.of(record, reference=number_of(file)) from None
    record_file(unlocked, record, "open_file", file, at=at)
    return about, content


@transaction.atomic
def detach(record: Record, document: padding.Document, file: UUID) -> padding.Document:
    """Delete a file; return the document without its key, to be saved next."""
    SealedFile.objects.filter(pk=file, record=record).delete()
    keys = {pk: key for pk, key in document.get(FIELD, {}).items() if pk != str(file)}
    return {**document, FIELD: keys}


def number_of(file: UUID) -> str:
    """Return the number of a file, from its id: it says in a history which one was meant."""
    return grouped(short_code(KIND, str(file)))


def record_file(
    unlocked: Unlocked, record: Record, action: str, file: UUID, *, at: datetime
) -> None:
    """Append what was done with a file to what was done to its record.
    The code ends in the number of the file: so the history of a record has its files, those too
    that are gone, and its reader needs no row of a file."""
    audit = unlocked.audit(record.owner_team.organisation_id, at=at)
    audit.record(f"vault.{action}.{short_code(KIND, str(file))}", record.target)
