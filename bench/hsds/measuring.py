"""What readers of the interface wait for, and what the bare rows would have cost."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.db import connection

from bench.hsds.filling import fill
from bench.measure import resident_mb, seconds
from protect.site.server.wsgi import application

RUNS = 3  # of which the fastest counts
TABLES = (
    "phone",
    "schedule",
    "languageoffered",
    "criterion",
    "servicearea",
    "serviceatlocation",
    "factcheck",
    "service_categories",
)
PLAIN = 1000  # services of a plain query


def measure(count: int) -> dict[str, Any]:
    """Fill the database, and return the rows of both tables."""
    fill(count)
    ask("full=true&per_page=10")  # what is remembered of places and hours is not what is measured
    pages = [
        page(f"{name}, page {number}", query, size, number)
        for size in (100, 1000)
        for name, query in (("list", ""), ("full", "&full=true"))
        for number in (1, max(count // size, 1))
    ]
    pages.append(page("minimal, all", "&minimal=true", count, 1, is_whole=True))
    return {"services": count, "pages": pages, "streams": [stream("full=true"), stream("")]}


def page(
    name: str, query: str, size: int, number: int, *, is_whole: bool = False
) -> tuple[Any, ...]:
    """Return a line about a page: what it takes, and what the same rows take when plain."""
    paging = "" if is_whole else f"page={number}&per_page={size}"
    took = [seconds(lambda: ask(f"{paging}{query}")) for _ in range(RUNS)]
    body, ours = min(took, key=lambda each: each[1])
    tables = TABLES if "full" in query else ()
    start = (number - 1) * size
    plain = min(
        seconds(lambda: sum(map(len, rows(tables, start, start + size))))[1] for _ in range(RUNS)
    )
    records = len(json.loads(body)["contents"])
    return name, records, len(body) / 1000, ours * 1000, plain * 1000, ours / plain


def stream(query: str) -> tuple[Any, ...]:
    """Return a line about the stream of all services."""
    before = resident_mb()
    (count, size, most), ours = seconds(lambda: _drained(query))
    tables = TABLES if "full" in query else ()
    _, plain = seconds(lambda: sum(map(len, rows(tables, 0, count))))
    name = f"ndjson, {query or 'list'}"
    return name, count / ours, size / 1e6, most - before, count / plain, ours / plain


def _drained(query: str) -> tuple[int, int, float]:
    lines = size = 0
    most = 0.0
    for part in _asked(f"format=ndjson&{query}"):
        lines += part.count(b"\n")
        size += len(part)
        most = max(most, resident_mb())
    return lines, size, most


def ask(query: str) -> bytes:
    """Return the body of an answer."""
    return b"".join(_asked(query))


def _asked(query: str) -> Iterator[bytes]:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/hsds/services",
        "QUERY_STRING": query,
        "HTTP_HOST": "127.0.0.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(),
        "wsgi.url_scheme": "http",
    }
    statuses: list[str] = []
    parts = application(environ, lambda status, *_: statuses.append(status))
    yield from parts
    if statuses != ["200 OK"]:
        raise SystemExit(f"{query}: {statuses}")


def rows(tables: tuple[str, ...], start: int, stop: int) -> Iterator[str]:
    """Yield services and the rows of these tables as JSON, in the order of the interface."""
    for begin in range(start, stop, PLAIN):
        services = _selected(
            "SELECT * FROM directory_service ORDER BY released_at, id LIMIT %s OFFSET %s",
            [min(PLAIN, stop - begin), begin],
        )
        keys = [service["id"] for service in services]
        marks = ", ".join(["%s"] * len(keys))
        related = {
            name: _selected(f"SELECT * FROM directory_{name} WHERE service_id IN ({marks})", keys)
            for name in (tables if keys else ())
        }
        yield json.dumps({"services": services, **related}, default=str, ensure_ascii=False)


def _selected(sql: str, values: list[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
