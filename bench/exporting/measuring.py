"""One file, from the first row to the last byte."""

import csv
import io
import time
from collections.abc import Callable, Iterator

from django.db import connection

from bench.exporting import COPY, PLAIN
from bench.hsds.filling import AT
from bench.measure import resident_mb
from protect.directory.enums import Readers
from protect.directory.models import Service
from protect.interchange.exports.actions import FORMATS, generate_file
from protect.interchange.exports.store import ExportHeader, ExportRequest

MEMORY_CHECK_EVERY = 1000  # services between two looks at the memory
COLUMNS = (
    "source_id",
    "organisation__name",
    "name",
    "country_id",
    "description",
    "how_to_access",
    "email",
    "website",
    "status",
    "last_modified",
)

type ReportProgress = Callable[[int], None]


class Watch:
    """How much memory there was after the first services, and at most."""

    def __init__(self) -> None:
        self.services = 0
        self.first_mb = 0.0
        self.peak_mb = 0.0

    def __call__(self, done: int) -> None:
        self.services = done
        if done % MEMORY_CHECK_EVERY == 0:
            self.peak_mb = max(self.peak_mb, resident_mb())
            self.first_mb = self.first_mb or self.peak_mb


def measure(kind: str) -> dict[str, float]:
    """Write a file to nowhere and return what it took."""
    watch, size, start = Watch(), 0, time.perf_counter()
    for piece in _written(kind, watch):
        size += len(piece)
    seconds = time.perf_counter() - start
    peak = max(watch.peak_mb, resident_mb())
    return {
        "services": watch.services,
        "seconds": seconds,
        "bytes": size,
        "peak_mb": peak,
        "grown_mb": peak - watch.first_mb if watch.first_mb else 0.0,
    }


def _written(kind: str, say: ReportProgress) -> Iterator[bytes]:
    if kind == PLAIN:
        return _plain(say)
    if kind == COPY:
        return _copied(say)
    head = ExportHeader(AT, Readers.PUBLIC, is_demo=False)
    return generate_file(FORMATS[kind], ExportRequest(), head, say)


def _plain(say: ReportProgress) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    rows = Service.objects.published().order_by("pk").values_list(*COLUMNS)
    for done, row in enumerate(rows.iterator(chunk_size=MEMORY_CHECK_EVERY), 1):
        writer.writerow(row)
        say(done)
        if done % MEMORY_CHECK_EVERY == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _copied(say: ReportProgress) -> Iterator[bytes]:
    rows = Service.objects.published().order_by("pk").values_list(*COLUMNS)
    query, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        text = cursor.cursor.mogrify(query, values)
        with cursor.cursor.copy(f"COPY ({text}) TO STDOUT WITH (FORMAT csv)") as copy:
            for done, line in enumerate(copy, 1):
                say(done)
                yield bytes(line)
