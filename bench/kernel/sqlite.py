"""SQLite: a covering table of the postings, in memory, read ring by ring."""

import sqlite3
from typing import Self

from bench.kernel.data import BAND, MOST, RADIUS, RINGS, Data, Question

SCHEMA = """
CREATE TABLE posting (
    pair INTEGER, band INTEGER, x INTEGER, service INTEGER, y INTEGER, pattern INTEGER,
    PRIMARY KEY (pair, band, x, service)
) WITHOUT ROWID;
CREATE TABLE wait (pattern INTEGER PRIMARY KEY, minutes INTEGER);
"""
FIND = """
SELECT service FROM (
    SELECT service, minutes, (x - :x) * (x - :x) + (y - :y) * (y - :y) AS apart
    FROM posting JOIN wait USING (pattern)
    WHERE pair = :pair AND band IN ({bands}) AND x BETWEEN :x - :radius AND :x + :radius
) WHERE apart <= :radius * :radius {only}
ORDER BY minutes, apart, service LIMIT :most
"""


class Sqlite:
    """One connection, as one worker has it."""

    rings = RINGS
    name = "SQLite, covering table `(need, language, band, x, service)`"

    def __init__(self, data: Data) -> None:
        self.data = data
        self.connection = sqlite3.connect(":memory:", cached_statements=512)
        self.connection.executescript(SCHEMA)
        waits = enumerate(data.waits.tolist())
        self.connection.executemany("INSERT INTO wait VALUES (?, ?)", waits)
        owners = data.owners
        columns = (data.pairs, data.y[owners] // BAND, data.x[owners], owners)
        columns += (data.y[owners], data.pattern[owners])
        rows = sorted(zip(*(column.tolist() for column in columns), strict=True))
        self.connection.executemany("INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?)", rows)
        self.connection.commit()

    @classmethod
    def build(cls, data: Data) -> Self:
        return cls(data)

    def find(self, question: Question) -> list[int]:
        """Return the services that are open now or soonest, nearest first."""
        pair, x, y = question
        for radius in self.rings:
            bands = range(max(y - radius, 0) // BAND, (y + radius) // BAND + 1)
            only = "" if radius == RADIUS else "AND minutes = 0"
            query = FIND.format(bands=",".join(map(str, bands)), only=only)
            values = {"pair": pair, "x": x, "y": y, "radius": radius, "most": MOST}
            found = [service for (service,) in self.connection.execute(query, values)]
            if len(found) == MOST:
                break
        return found

    def moved(self, service: int, x: int, y: int) -> Self:
        """Move a service."""
        run = slice(self.data.first[service], self.data.first[service + 1])
        pattern = int(self.data.pattern[service])
        pairs, old = self.data.pairs[run].tolist(), int(self.data.y[service]) // BAND
        gone = [(pair, old, int(self.data.x[service]), service) for pair in pairs]
        new = [(pair, y // BAND, x, service, y, pattern) for pair in pairs]
        with self.connection:
            self.connection.executemany(
                "DELETE FROM posting WHERE (pair, band, x, service) = (?, ?, ?, ?)", gone
            )
            self.connection.executemany("INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?)", new)
        return self

    def megabytes(self) -> float:
        [(pages,)] = self.connection.execute("PRAGMA page_count")
        [(size,)] = self.connection.execute("PRAGMA page_size")
        return pages * size / 1e6
