"""Size limits of requests to the pages of trainings that accept files."""

import re

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from protect.interchange.errors import FileTooLarge
from protect.interchange.imports.parsers.limits import MEGABYTE
from protect.uploads.refusal_reasons import MAX_FILE_BYTES, MAX_FILE_MEBIBYTES

UUID_PATTERN = "[0-9a-f-]{36}"
NAME_LIST_PATHS = re.compile(f"/trainings/{UUID_PATTERN}/list")  # the desk's page to upload one
MODULE_PATHS = re.compile(f"/trainings/modules/(?:new|{UUID_PATTERN}/edit)")  # forms with files
LETTERHEAD_PATHS = re.compile(f"/trainings/heads/{UUID_PATTERN}")  # the form with a picture
PUBLIC_NAME_LIST_PATHS = re.compile("/trainings/[a-z]{2,3}/send/[^/]+/[^/]+")  # view checks size
KILOBYTE = 1000  # bytes


def must_not_be_too_large(request: HttpRequest) -> None:
    """Refuse a too large file or text of names before it is parsed. Errors: FileTooLarge."""
    if content_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE + MAX_FILE_BYTES:
        raise name_list_too_large(request)
    try:
        _ = request.POST
    except RequestDataTooBig:
        raise text_too_long(request) from None


def name_list_too_large(request: HttpRequest) -> FileTooLarge:
    size = -(-content_length(request) // MEGABYTE)
    return FileTooLarge(found=size, unit="MB", limit=MAX_FILE_MEBIBYTES)


def text_too_long(request: HttpRequest) -> FileTooLarge:
    size, most = -(-content_length(request) // KILOBYTE), settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return FileTooLarge(found=size, unit="kB", limit=most // KILOBYTE)


def content_length(request: HttpRequest) -> int:
    """Return the length of a request's body, as its header states it. Units: bytes."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
