"""From a change to the moment at which two server processes show it, on PostgreSQL.

Two `protect serve` on one database. A service's name is changed and committed; from then on both
are asked for its page again and again until the new name is there. Aim: less than 100 ms.
"""

import http.client
import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from urllib.parse import urlsplit

import numpy as np
from django.core.management import call_command
from django.db import connection, transaction

from bench.measure import table
from protect.directory.changes import raise_version
from protect.directory.enums import Status
from protect.directory.models import Organisation, Phone, Service
from protect.kernel.ids import short_code, stable_uuid
from tests.serving import PROTECT, free_port, wait_for

DATABASE = "PROTECT_DATABASE_URL"  # a PostgreSQL server: a database of our own is made on it
SERVICES = int(os.environ.get("PROTECT_BENCH_SERVICES", "2000"))
CHANGES = 200
AIM_MS = 100
PATIENCE_S = 5.0
PAUSE_S = (0.06, 0.2)  # between changes: they fall anywhere into the 50 ms of a worker's question
SEED = 4


@dataclass(slots=True)
class Watcher:
    """Asks one server for a page, again and again, and notes when a name was first there."""

    port: int
    path: str
    seen: dict[bytes, float] = field(default_factory=dict)
    asked: int = 0
    wanted: bytes = b""
    ended: bool = False

    def watch(self) -> None:
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while not self.ended:
            wanted = self.wanted
            if not wanted or wanted in self.seen:
                time.sleep(0.001)
                continue
            asking.request("GET", self.path)
            body = asking.getresponse().read()
            self.asked += 1
            if wanted in body:
                self.seen[wanted] = time.perf_counter()
            else:
                time.sleep(0.0005)  # two watchers and two servers share two cores


def report() -> str:
    """Return the table, or why there is none."""
    if connection.vendor != "postgresql":
        return f"Not measured: {DATABASE} names no PostgreSQL."
    with own_database() as database:
        prepare()
        rows = measure(database)
    lines = table(["server process", "p50 ms", "p99 ms", "longest ms", "aim ms"], rows)
    about = f"{CHANGES} changes among {SERVICES:,} services, both processes asked at once."
    return f"{about}\n\n{lines}"


def measure(database: str) -> list[tuple[str, float, float, float, int]]:
    """Return p50, p99 and the longest wait of each process, and of the later of both."""
    with ExitStack() as stack:
        ports = [stack.enter_context(serving(database)) for _ in range(2)]
        service = Service.objects.order_by("pk")[SERVICES // 2]
        watchers = [Watcher(port, f"/en/{service.short}") for port in ports]
        threads = [threading.Thread(target=each.watch) for each in watchers]
        for thread in threads:
            thread.start()
        try:
            waits = [*changed(service, watchers)]
        finally:
            for watcher in watchers:
                watcher.ended = True
            for each in threads:
                each.join()
    columns = [[wait[n] for wait in waits] for n in range(len(watchers))]
    columns.append([max(wait) for wait in waits])
    names = ["first", "second", "the later of both"]
    return [_row(name, column) for name, column in zip(names, columns, strict=True)]


def changed(service: Service, watchers: list[Watcher]) -> Iterator[list[float]]:
    """Change a service's name many times; yield how long each process took. Milliseconds."""
    chance = random.Random(SEED)
    for number in range(CHANGES):
        time.sleep(chance.uniform(*PAUSE_S))
        name = f"Demo change {number:05}"
        with transaction.atomic():
            raise_version()
            rows = Service.objects.filter(pk=service.pk)
            rows.update(name=name, last_modified=datetime.now(UTC))
        at, wanted = time.perf_counter(), name.encode()
        for watcher in watchers:
            watcher.wanted = wanted
        while not all(wanted in each.seen for each in watchers):
            if time.perf_counter() > at + PATIENCE_S:
                raise SystemExit(f"a process did not show a change within {PATIENCE_S} s")
            time.sleep(0.0005)
        yield [1000 * (each.seen[wanted] - at) for each in watchers]


@contextmanager
def serving(database: str) -> Iterator[int]:
    """Serve the site from a process of its own; yield its port."""
    port = free_port()
    command = [str(PROTECT), "serve", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env={**os.environ, DATABASE: database}, **quiet) as server:
        wait_for(f"http://127.0.0.1:{port}/en")
        yield port
        server.terminate()


@contextmanager
def own_database() -> Iterator[str]:
    """Make a database for this run on the server of the settings, and take it away again."""
    given, name = connection.settings_dict["NAME"], f"bench_visible_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield urlsplit(os.environ[DATABASE])._replace(path=f"/{name}").geturl()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = given
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def prepare() -> None:
    """Make the tables, load the places and plant services of one country, each with a number."""
    for command in ("migrate", "load_data"):
        call_command(command, verbosity=0, stdout=StringIO(), stderr=StringIO())
    now = datetime.now(UTC)
    house = Organisation.objects.create(
        source="demo", source_id="o", name="Demo House", country_id="MT", last_modified=now
    )
    services = [_service(number, house, now) for number in range(SERVICES)]
    Service.objects.bulk_create(services, batch_size=2000)
    Phone.objects.bulk_create(
        [Phone(service=each, number=f"+3562{n:07}") for n, each in enumerate(services)], 2000
    )
    through = Service.categories.through
    through.objects.bulk_create(
        [through(service=service, category_id="psychosocial") for service in services], 2000
    )


def _service(number: int, house: Organisation, now: datetime) -> Service:
    key = stable_uuid("service", "demo", str(number))
    return Service(
        id=key,
        source="demo",
        source_id=str(number),
        short=short_code("service", str(key)),
        organisation=house,
        country_id="MT",
        name=f"Demo service {number}",
        status=Status.PUBLISHED,
        released_at=now,
        last_modified=now,
    )


def _row(name: str, waits: list[float]) -> tuple[str, float, float, float, int]:
    middle, late = np.percentile(waits, [50, 99]).tolist()
    return name, middle, late, max(waits), AIM_MS
