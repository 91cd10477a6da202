"""A list as the standard sends it: pages in their envelope, or every record on a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from pydantic_core import to_json

from protect.interchange.hsds.api.queries import PagedIn

JSON, NDJSON = "application/json", "application/x-ndjson"
MERGE_PATCH = "application/merge-patch+json"  # RFC 7396
LINES = 100  # records sent at a time


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is only read as far as it is sent."""

    count: Callable[[], int]
    part: Callable[[int, int], Iterable[dict[str, Any]]]  # from, and before which
    every: Callable[[], Iterable[dict[str, Any]]]

    @classmethod
    def of(cls, documents: list[dict[str, Any]]) -> Listing:
        """Return a list that is in memory already."""
        return cls(
            lambda: len(documents),
            lambda start, stop: documents[start:stop],
            lambda: documents,
        )


def answer(listing: Listing, parameters: PagedIn, *, is_whole: bool = False) -> HttpResponseBase:
    """Return the requested page, or the stream. `is_whole`: one page holds all."""
    if parameters.format == "ndjson":
        return StreamingHttpResponse(_lines(listing.every()), content_type=NDJSON)
    total = listing.count()
    size = max(total, 1) if is_whole else parameters.per_page
    pages = -(-total // size)
    start = (parameters.page - 1) * size
    contents = list(listing.part(start, start + size)) if parameters.page <= pages else []
    return sent(
        {
            "total_items": total,
            "total_pages": pages,
            "page_number": parameters.page,
            "size": len(contents),
            "first_page": parameters.page == 1,
            "last_page": parameters.page >= pages,  # past the end, too: there is nothing to turn to
            "empty": not contents,
            "contents": contents,
        }
    )


def sent(document: Any, content_type: str = JSON) -> HttpResponse:
    """Return a document as a response."""
    return HttpResponse(_written(document), content_type=content_type)


def _lines(documents: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for chunk in batched(documents, LINES, strict=False):
        yield b"".join(_written(document) + b"\n" for document in chunk)


def _written(document: Any) -> bytes:
    return to_json(document)
