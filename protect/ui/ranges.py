"""Answer requests for a part of a file, so that a phone can seek in a film before it has all of it.
Source: RFC 9110, 14."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
MAX_DIGITS = 15  # of a number of bytes


class ByteRange(NamedTuple):
    first: int
    last: int  # included


def parse_range(header: str, size: int) -> ByteRange | None:
    """Return the part that a header asks for; None for the whole file, also if the header is not
    understood or asks for several parts. Errors: ValueError if the file has no such part."""
    match = ONE_RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match.group(0) == "bytes=-" or len(header) > 2 * MAX_DIGITS + 8:
        return None
    first, last = match.groups()
    if first and last and int(first) > int(last):
        return None
    begin = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if begin > end:
        raise ValueError(header)
    return ByteRange(begin, end)


def ranged_response(
    request: HttpRequest, size: int, media_type: str, read: Callable[[int, int], Iterator[bytes]]
) -> HttpResponseBase:
    """Return a file, or the part that the request asks for. `read`: yields the bytes from the first
    to the last position, both included."""
    try:
        part = parse_range(request.headers.get("Range", ""), size)
    except ValueError:
        response = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    first, last = part or ByteRange(0, size - 1)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(last - first + 1)}
    if part:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK
    if request.method == "HEAD":
        return HttpResponse(b"", content_type=media_type, status=status, headers=headers)
    content = read(first, last)
    return StreamingHttpResponse(content, content_type=media_type, status=status, headers=headers)
