"""Keep uploaded files in memory, never on a disk."""

import re
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import Http404, HttpResponse

from protect.uploads.errors import UploadRefused
from protect.uploads.refusal_reasons import JPEG, MAX_FILE_BYTES, PDF, PNG, Reason

# Addresses that take more than MAX_FILE_BYTES, and how many bytes.
LARGER_UPLOADS: dict[re.Pattern[str], int] = {}


def max_upload_bytes(path: str) -> int:
    """Return how many bytes of files an address takes."""
    larger = (limit for pattern, limit in LARGER_UPLOADS.items() if pattern.fullmatch(path))
    return next(larger, MAX_FILE_BYTES)


class OversizedFile(InMemoryUploadedFile):
    """A file without its content, because the request had more bytes of files than allowed."""


class MemoryOnly(FileUploadHandler):
    """Keep at most 20 MB of a request's files in memory, or what LARGER_UPLOADS allows for its
    address; a file beyond that becomes OversizedFile.
    Reading raises no error: the CSRF check reads the request first, and an error there
    would not become a page that explains it. `content_of` refuses later, beside the field."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._max_bytes = max_upload_bytes(request.path) if request else MAX_FILE_BYTES
        self._received_bytes = 0  # bytes received in the whole request
        self._buffer = BytesIO()
        self._is_oversized = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._buffer, self._is_oversized = BytesIO(), False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._received_bytes += len(raw_data)
        if self._received_bytes > self._max_bytes:
            self._buffer, self._is_oversized = BytesIO(), True
        else:
            self._buffer.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        file_class = OversizedFile if self._is_oversized else InMemoryUploadedFile
        content, self._buffer = self._buffer, BytesIO()
        content.seek(0)
        attributes = (self.field_name, self.file_name, self.content_type, file_size, self.charset)
        return file_class(content, *attributes, self.content_type_extra)


def content_of(file: UploadedFile[bytes]) -> bytes:
    """Return the content of an uploaded file. Errors: UploadRefused, too_large."""
    if isinstance(file, OversizedFile):
        raise UploadRefused(Reason.TOO_LARGE)
    file.seek(0)
    content: bytes = file.read()
    return content


def stored_document(content: bytes | memoryview, media_type: str) -> HttpResponse:
    """Return a document that was cleaned and stored. What the database calls by another type, such
    as a script, which a page of ours would run, is not sent. Errors: Http404."""
    if media_type not in {PDF, JPEG, PNG}:
        raise Http404
    return HttpResponse(bytes(content), content_type=media_type)
