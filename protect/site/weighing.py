"""How heavy a page is as it travels: status line, headers and compressed body."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from protect.findhelp import access, public
from protect.site.wsgi import application

BUDGET = 13_000  # bytes: what arrives in two round trips. Source: docs/adr/0009-weight.md
HEAVIEST = 12  # answers and services that are weighed in every language
SERVER_LINES = len(b"date: Wed, 25 Nov 2026 00:00:00 GMT\r\nserver: \r\nconnection: keep-alive\r\n")


@dataclass(frozen=True, slots=True, order=True)
class Weight:
    """Bytes of one page."""

    size: int
    path: str


def weigh(path: str) -> Weight:
    """Return what one page weighs at the compression served."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        started.append((status, headers))

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.version": (1, 0),
    }
    body = b"".join(application(environ, start))
    status, headers = started[0]
    head = len(f"HTTP/1.1 {status}\r\n\r\n") + SERVER_LINES
    head += sum(len(f"{name}: {value}\r\n".encode()) for name, value in headers)
    return Weight(head + len(body), path)


def all_pages() -> Iterator[Weight]:
    """Yield every kind of page in every language, with the heaviest answers and services.

    What is heaviest in one language is heaviest in the next but for a few bytes: all answers are
    weighed in the first language, the heaviest of them in all.
    """
    tags = list(access.languages())
    yield weigh("/")
    heavy: list[str] = []
    for pages in (public.answers(tags[0]), public.services(tags[0])):
        weights = sorted(map(weigh, pages), reverse=True)
        yield from weights
        heavy += [each.path.removeprefix(f"/{tags[0]}") for each in weights[:HEAVIEST]]
    for tag in tags:
        yield from map(weigh, public.every_kind(tag))
        yield from (weigh(f"/{tag}{path}") for path in heavy)
