"""PostgreSQL: the postings behind a B-tree that covers them, and PostGIS with a GiST index.

A private server, over its socket, with prepared statements.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg

from bench.kernel.data import BAND, MOST, RADIUS, RINGS, Data, Question

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda at: int(at.parent.name))
SETTINGS = (
    "listen_addresses=", "shared_buffers=1GB", "work_mem=64MB", "maintenance_work_mem=512MB",
    "jit=off", "max_parallel_workers_per_gather=0", "random_page_cost=1.1",
)  # fmt: skip
TABLES = """
CREATE TABLE wait (pattern integer PRIMARY KEY, minutes integer);
CREATE TABLE posting (
    pair integer, band integer, x integer, service integer, y integer, pattern integer
);
"""
COLUMNS = "pair, band, x, service, y, pattern"
# Types are named: a small number would come as another type, which the indexes do not serve.
RING = """
SELECT service FROM (
    SELECT service, minutes,
        (x - %(x)s::bigint) * (x - %(x)s::bigint) + (y - %(y)s::bigint) * (y - %(y)s::bigint)
        AS apart
    FROM posting JOIN wait USING (pattern)
    WHERE pair = %(pair)s::integer AND {near}
) AS near WHERE apart <= %(radius)s::bigint * %(radius)s::bigint {only}
ORDER BY minutes, apart, service LIMIT {most}
"""


@contextmanager
def server() -> Iterator[str]:
    """Run a private server and yield how to reach it; as `postgres`, where this is root."""
    with tempfile.TemporaryDirectory(prefix="bench-pg-") as folder:
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if as_user:
            shutil.chown(folder, "postgres")
        data, binaries = f"{folder}/data", BINARIES[-1]
        run = [*as_user, str(binaries / "initdb"), "-A", "trust", "-U", "bench", "-D", data]
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        command = [*as_user, str(binaries / "postgres"), "-D", data, "-k", folder, *options]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                yield _ready(f"host={folder} user=bench dbname=postgres")
            finally:
                process.terminate()


def _ready(address: str) -> str:
    for _ in range(200):
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            subprocess.run(["sleep", "0.1"], check=True)
        else:
            return address
    raise SystemExit("the private PostgreSQL server did not start")


class Postgres:
    """The same table as SQLite's, behind one covering B-tree."""

    rings = RINGS
    name = "PostgreSQL, the same table, B-tree `INCLUDE`"
    near = (
        "band = ANY(%(bands)s::integer[]) AND x BETWEEN %(x)s::integer - %(radius)s::integer"
        " AND %(x)s::integer + %(radius)s::integer"
    )
    prepare = ("CREATE UNIQUE INDEX near ON posting (pair, band, x, service) INCLUDE (y, pattern)",)
    move = "UPDATE posting SET x = %(x)s, y = %(y)s, band = %(band)s WHERE service = %(service)s"

    def __init__(self, address: str, data: Data) -> None:
        self.connection = psycopg.connect(address, autocommit=True)
        self.connection.execute("DROP TABLE IF EXISTS wait, posting")
        self.connection.execute(TABLES)
        owners = data.owners
        columns = (data.pairs, data.y[owners] // BAND, data.x[owners], owners)
        columns += (data.y[owners], data.pattern[owners])
        cursor = self.connection.cursor()
        with cursor.copy(f"COPY posting ({COLUMNS}) FROM STDIN") as copy:
            for row in zip(*(column.tolist() for column in columns), strict=True):
                copy.write_row(row)
        waits = [(number, minutes) for number, minutes in enumerate(data.waits.tolist())]
        cursor.executemany("INSERT INTO wait VALUES (%s, %s)", waits)
        for statement in (*self.prepare, "CREATE INDEX mine ON posting (service)"):
            self.connection.execute(statement)
        self.connection.execute("VACUUM ANALYZE posting")
        self.connection.execute("ANALYZE wait")
        self.connection.prepare_threshold = 0

    def find(self, question: Question) -> list[int]:
        """Return the services that are open now or soonest, nearest first."""
        for radius in self.rings:
            only = "" if radius == RADIUS else "AND minutes = 0"
            values = {**question._asdict(), "radius": radius}
            values |= self.where(question, radius)
            rows = self.connection.execute(
                RING.format(near=self.near, only=only, most=MOST), values
            )
            found = [service for (service,) in rows]
            if len(found) == MOST:
                break
        return found

    def where(self, question: Question, radius: int) -> dict[str, Any]:
        first, last = max(question.y - radius, 0) // BAND, (question.y + radius) // BAND
        return {"bands": list(range(first, last + 1))}

    def moved(self, service: int, x: int, y: int) -> Self:
        """Move a service."""
        values = {"service": service, "x": x, "y": y, "band": y // BAND}
        self.connection.execute(self.move, values)
        return self

    def megabytes(self) -> float:
        found = self.connection.execute("SELECT pg_total_relation_size('posting')").fetchone()
        return found[0] / 1e6 if found else 0.0


class PostGis(Postgres):
    """Points in a multicolumn GiST index together with the pair."""

    name = "PostgreSQL + PostGIS, multicolumn GiST"
    near = "at && ST_Expand(ST_MakePoint(%(x)s::float8, %(y)s::float8), %(radius)s::float8)"
    prepare = (
        "CREATE EXTENSION IF NOT EXISTS postgis",
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        "ALTER TABLE posting ADD COLUMN at geometry(Point)",
        "UPDATE posting SET at = ST_MakePoint(x, y)",
        "CREATE INDEX near ON posting USING gist (pair, at)",
    )
    move = (
        "UPDATE posting SET x = %(x)s, y = %(y)s, at = ST_MakePoint(%(x)s, %(y)s)"
        " WHERE service = %(service)s"
    )

    def where(self, question: Question, radius: int) -> dict[str, Any]:
        return {}
