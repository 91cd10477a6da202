"""Which addresses of trainings take files: lists of names, modules', emblems, certificates."""

import re

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from protect.interchange.errors import FileTooLarge
from protect.interchange.imports.parsers.limits import MEGABYTE
from protect.uploads.refusal_reasons import MOST_BYTES, MOST_MEBIBYTES

KEY = "[0-9a-f-]{36}"
LISTS = re.compile(f"/trainings/{KEY}/list")
MODULES = re.compile(f"/trainings/modules/(?:new|{KEY}/edit)")
HEADS = re.compile(f"/trainings/heads/{KEY}")
OPEN_LISTS = re.compile("/trainings/[a-z]{2,3}/send/[^/]+/[^/]+")  # the page itself refuses
KILOBYTE = 1000  # bytes


def must_fit(request: HttpRequest) -> None:
    """Refuse a list before it is read, or text too long to be typed. Errors: FileTooLarge."""
    if length_of(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE + MOST_BYTES:
        raise list_too_large(request)
    try:
        _ = request.POST
    except RequestDataTooBig:
        raise typed_too_long(request) from None


def list_too_large(request: HttpRequest) -> FileTooLarge:
    size = -(-length_of(request) // MEGABYTE)
    return FileTooLarge(found=size, unit="MB", limit=MOST_MEBIBYTES)


def typed_too_long(request: HttpRequest) -> FileTooLarge:
    size, most = -(-length_of(request) // KILOBYTE), settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return FileTooLarge(found=size, unit="kB", limit=most // KILOBYTE)


def length_of(request: HttpRequest) -> int:
    """Return the declared length of a body. Units: bytes."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
