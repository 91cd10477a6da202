"""Store and delete recordings of texts."""

import hashlib
import shutil
import sys
from datetime import datetime
from typing import Any

from django.db import transaction

from protect.content import access
from protect.content.actions import store_reviews
from protect.content.enums import RecordingOrigin, ReviewRole, SegmentKind
from protect.content.errors import ContentRefusal
from protect.content.models import Page, Recording, Segment
from protect.content.readers.skills import PERMISSION_BY_REVIEW_ROLE, must_be_reader
from protect.content.recordings.listeners import listening_digest
from protect.content.texts import composition
from protect.content.texts.references import references_in
from protect.content.texts.rules import text_digest
from protect.directory.changes import raise_version
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.uploads import parser_process
from protect.uploads.parsers import FFMPEG
from protect.uploads.refusal_reasons import Refused

SPOKEN_KINDS = {SegmentKind.PARAGRAPH, SegmentKind.ITEM, SegmentKind.CALL}
MAX_SECONDS = 180
ADDRESS_LENGTH = 16


def can_take_recordings() -> bool:
    """Return whether ffmpeg is installed, on a system that has files in memory."""
    return sys.platform == "linux" and shutil.which(FFMPEG) is not None


def is_spoken(segment: Segment) -> bool:
    """Return whether a segment can have a recording: a text into which the site fills nothing."""
    return segment.kind in SPOKEN_KINDS and not references_in(segment.text)


def read_recording(content: bytes) -> parser_process.ParserAnswer:
    """Return length, Opus and MP3 of a recording, made in a process of its own. Takes seconds: call
    it outside a transaction. Errors: content_no_ffmpeg; content_recording_unreadable;
    content_recording_too_long; ParsersBusy."""
    if not can_take_recordings():
        raise ContentRefusal("content_no_ffmpeg")
    try:
        return parser_process.parse("recording", content)
    except Refused as refusal:
        if refusal.code == "too_long":
            raise ContentRefusal("content_recording_too_long", limit=MAX_SECONDS) from None
        raise ContentRefusal("content_recording_unreadable") from None


def must_be_person(origin: RecordingOrigin) -> None:
    """Require that a person reads. Errors: content_recording_synthetic."""
    if origin is RecordingOrigin.SYNTHETIC:
        raise ContentRefusal("content_recording_synthetic")


@transaction.atomic
def save_recording(  # noqa: PLR0913 - what is read, in which language, by whom, and how
    scope: Scope,
    page: Page,
    tag: str,
    key: str,
    seen: str,
    origin: RecordingOrigin,
    made: parser_process.ParserAnswer,
    *,
    at: datetime,
) -> Recording:
    """Store a recording of the text that counts in a language. `seen`: the digest of the text that
    the user saw. One of the same text is replaced. Errors: PermissionDenied;
    content_recording_synthetic; content_recording_of_number; content_recording_text_changed."""
    audit = access.permitted_context(scope, Permission.TRANSLATE, at=at)
    must_be_person(origin)
    row = Page.objects.select_for_update(of=("self",)).get(pk=page.pk)
    (texts,) = composition.load_texts([row])
    segment = next((each for each in texts.segments if each.key == key), None)
    text = texts.text_in(segment, tag) if segment else None
    if segment is None or text is None or text_digest(text.text) != seen:
        raise ContentRefusal("content_recording_text_changed")
    if not is_spoken(segment) or references_in(text.text):
        raise ContentRefusal("content_recording_of_number")
    place: dict[str, Any] = {"page": row, "key": key, "language_id": tag, "digest": seen}
    about = {"origin": origin, "recorded_at": at, "recorded_by_id": scope.user_id}
    address = _address(str(row.pk), key, tag, seen, made.body)
    recording, _is_new = Recording.objects.update_or_create(
        **place, defaults={**about, **_files(made), "address": address}
    )
    recording.sealed().save(update_fields=["seal"])
    audit.record("content.record", row)
    raise_version()
    return recording


@transaction.atomic
def remove_recordings(scope: Scope, page: Page, tag: str, key: str, *, at: datetime) -> int:
    """Delete all recordings of a segment in a language, and return how many.
    Errors: PermissionDenied."""
    audit = access.permitted_context(scope, Permission.TRANSLATE, at=at)
    count, _rows = Recording.objects.filter(page=page, language=tag, key=key).delete()
    if count:
        audit.record("content.remove_recording", page)
        raise_version()
    return count


@transaction.atomic
def review_recording(  # noqa: PLR0913 - what was heard, where, and in which role
    scope: Scope,
    page: Page,
    tag: str,
    key: str,
    address: str,
    role: ReviewRole,
    *,
    at: datetime,
) -> None:
    """Record that the user listened to a recording and that it says its text. `address`: of the
    recording that the user heard. Errors: PermissionDenied; those of `must_be_reader`;
    content_recording_text_changed, if it was replaced; content_same_person."""
    audit = access.permitted_context(scope, PERMISSION_BY_REVIEW_ROLE[role], at=at)
    must_be_reader(scope, role, tag)
    row = Page.objects.select_for_update(of=("self",)).get(pk=page.pk)
    place = {"page": row, "key": key, "language": tag}
    recording = Recording.objects.filter(**place, address=address).defer("opus", "mp3").first()
    if recording is None:
        raise ContentRefusal("content_recording_text_changed")
    if recording.recorded_by_id == scope.user_id:
        raise ContentRefusal("content_same_person")
    store_reviews(row, tag, [(key, recording.digest, listening_digest(address))], role, audit)
    raise_version()


def _files(made: parser_process.ParserAnswer) -> dict[str, Any]:
    """Return both files of a recording, their sizes and their length."""
    opus_bytes = int(made.facts["opus_bytes"])
    return {
        "seconds": made.facts["seconds"],
        "opus": made.body[:opus_bytes],
        "mp3": made.body[opus_bytes:],
        "opus_bytes": opus_bytes,
        "mp3_bytes": len(made.body) - opus_bytes,
        "file_digest": hashlib.sha256(made.body).hexdigest(),
    }


def _address(*parts: str | bytes) -> str:
    whole = b"\0".join(each.encode() if isinstance(each, str) else each for each in parts)
    return hashlib.sha256(whole).hexdigest()[:ADDRESS_LENGTH]
