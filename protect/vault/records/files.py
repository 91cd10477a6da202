"""Files of a record: sealed after cleaning; the record's sealed document has their keys."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from protect.kernel.ids import format_short_code, short_code
from protect.uploads.clean_documents import CleanDocument
from protect.vault.errors import RecordDamaged, RecordGone
from protect.vault.formats import context, errors, files, padding, secrets
from protect.vault.models import Record, SealedFile
from protect.vault.sessions.unlocked import Unlocked

FILE_NUMBER_KIND = "file"  # hashed with a file's id to its short number
KEYS_FIELD = "files"  # field of a document: by file id, the file's key in hexadecimal digits


@transaction.atomic
def attach_file(
    record: Record, document: padding.Document, file: CleanDocument, *, at: datetime
) -> padding.Document:
    """Seal a cleaned file for a record; return a new document that also has the file's key.
    Save that document in the same transaction: otherwise no member can open the file."""
    pk = uuid4()
    metadata = files.FileMetadata(name=file.name, type=file.media_type, size=len(file.content))
    file_context = context.file(file=pk, record=record.pk)
    ct, dek = files.seal(file.content, metadata, file_context)
    SealedFile.objects.create(pk=pk, record=record, size=len(ct), ct=ct, created=at)
    file_keys = {**document.get(KEYS_FIELD, {}), str(pk): dek.reveal().hex()}
    return {**document, KEYS_FIELD: file_keys}


@transaction.atomic
def read_attached_file(
    unlocked: Unlocked, record: Record, document: padding.Document, file_id: UUID, *, at: datetime
) -> tuple[files.FileMetadata, bytes]:
    """Return a file of an opened record, and record the access in the audit. `document` is the
    record's content. Errors: RecordGone when the record has no such file; RecordDamaged."""
    key = document.get(KEYS_FIELD, {}).get(str(file_id))
    if key is None:
        raise RecordGone
    row = SealedFile.objects.filter(pk=file_id, record=record).first()
    if row is None:
        if not Record.objects.filter(pk=record.pk, version=record.version).exists():
            raise RecordGone  # a member has removed the file meanwhile
        raise RecordDamaged.of(record, reference=file_number(file_id))
    file_context = context.file(file=file_id, record=record.pk)
    try:
        metadata, content = files.unseal(
            bytes(row.ct), secrets.Dek(bytes.fromhex(key)), file_context
        )
    except errors.Damaged:
        raise RecordDamaged.of(record, reference=file_number(file_id)) from None
    record_file_action(unlocked, record, "open_file", file_id, at=at)
    return metadata, content


@transaction.atomic
def detach_file(record: Record, document: padding.Document, file_id: UUID) -> padding.Document:
    """Delete a file, if it exists; return a document without its key, for the caller to save."""
    SealedFile.objects.filter(pk=file_id, record=record).delete()
    file_keys = {pk: key for pk, key in document.get(KEYS_FIELD, {}).items() if pk != str(file_id)}
    return {**document, KEYS_FIELD: file_keys}


def file_number(file_id: UUID) -> str:
    """Return the short number of a file, by which a history names it."""
    return format_short_code(short_code(FILE_NUMBER_KIND, str(file_id)))


def record_file_action(
    unlocked: Unlocked, record: Record, action: str, file_id: UUID, *, at: datetime
) -> None:
    """Record an action on a file in the audit of its record. The action code ends in the number of
    the file, so the history shows which file was meant even after its row is deleted."""
    audit = unlocked.audit(record.owner_team.organisation_id, at=at)
    audit.record(
        f"vault.{action}.{short_code(FILE_NUMBER_KIND, str(file_id))}", record.audit_target
    )
