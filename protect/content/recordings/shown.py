"""The recordings that the public hears: those of the released texts to which others have listened,
without their files. They are read again when the version of the directory has changed, which each
new recording raises."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import NamedTuple

from django.db import Error
from django.http import Http404

from protect.content.models import Recording
from protect.content.recordings.listeners import listened, may_be_heard, read_listeners
from protect.content.released import ReleasedPage
from protect.content.texts.rules import text_digest
from protect.matching import published

type Place = tuple[str, str, str, str]  # codes of page and segment, language, digest of the text
FORMATS = {"ogg": ("opus", "audio/ogg; codecs=opus"), "mp3": ("mp3", "audio/mpeg")}


class ShownRecording(NamedTuple):
    address: str
    seconds: int
    opus_bytes: int


_memory: dict[str, tuple[int, Mapping[Place, ShownRecording]]] = {}  # number of the snapshot


def recordings_of(page: ReleasedPage) -> dict[str, ShownRecording]:
    """Return the recordings of the texts of a released page, by the keys of its segments. A
    recording of another text is left out. None while the database was never reached."""
    known = _all_recordings()
    if not known:
        return {}
    places = {
        each.key: (page.code, each.key, each.language, text_digest(each.text))
        for each in page.segments
    }
    return {key: known[place] for key, place in places.items() if place in known}


def read_file(address: str, file_format: str) -> tuple[bytes, str]:
    """Return the file of a recording, and its media type. Errors: Http404, also while the database
    is away, and for files that the database has changed: the text above it can be read."""
    column, media_type = FORMATS[file_format]
    try:
        row = Recording.objects.filter(address=address).first()
    except Error:
        raise Http404 from None
    if row is None or not row.is_sealed() or not has_own_files(row):
        raise Http404
    return bytes(getattr(row, column)), media_type


def has_own_files(row: Recording) -> bool:
    """Return whether the files of a recording are those that were stored with it."""
    whole = bytes(row.opus) + bytes(row.mp3)
    return hmac.compare_digest(hashlib.sha256(whole).hexdigest(), row.file_digest)


def forget() -> None:
    """Read the recordings anew when they are asked for next (in tests)."""
    _memory.clear()


def _all_recordings() -> Mapping[Place, ShownRecording]:
    cached = _memory.get("")
    try:
        number = published.snapshot_number()
        if cached is None or cached[0] != number:
            cached = _memory[""] = (number, _read())
    except Error:  # no database, or the first snapshot is still being built
        return cached[1] if cached else {}
    return cached[1]


def _read() -> dict[Place, ShownRecording]:
    """Return the recordings that others have listened to and that are as this server stored them.
    Errors: match_key_missing."""
    rows = Recording.objects.order_by("recorded_at").select_related("page").defer("opus", "mp3")
    recordings = [(row, listened(row)) for row in rows if row.is_sealed()]
    listeners = read_listeners(row.address for row, _each in recordings)
    return {
        (row.page.code, row.key, row.language_id, row.digest): ShownRecording(
            row.address, row.seconds, row.opus_bytes
        )
        for row, each in recordings
        if may_be_heard(each, listeners)
    }
