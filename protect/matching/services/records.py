"""Rows as records of a file, decoded one at a time. A record is JSON, so that decoding it runs no
code, and its digest is checked each time it is read, because the file may have been changed since
it was opened. It is read, not mapped: a mapped file that is cut off would end the process."""

import os
from collections.abc import Collection, Iterator
from hashlib import blake2b
from typing import Any, Self
from weakref import finalize

import numpy as np
from django.db import OperationalError
from numpy.typing import NDArray
from pydantic import TypeAdapter

from protect.matching.services.rows import ServiceRow

DIGEST_SIZE = 16  # bytes, of one record

ROW_ADAPTER = TypeAdapter(ServiceRow)


class RowDamaged(OperationalError):
    """A record of the file was changed or cut off. Pages answer as without a database."""


class Records:
    """The records of an open file. Threads may share it."""

    def __init__(self, descriptor: int, starts: NDArray[Any], digests: NDArray[np.uint8]) -> None:
        """`starts`: offset of each record, and where the last one ends; `digests`: one row each."""
        self.is_damaged = False
        self._descriptor, self._starts, self._digests = descriptor, starts, digests
        self._decoded: dict[int, ServiceRow] = {}
        finalize(self, os.close, descriptor)

    def row(self, number: int) -> ServiceRow:
        """Return a row, decoded on first use. Errors: RowDamaged."""
        row = self._decoded.get(number)
        if row is None:
            row = self._decoded[number] = ROW_ADAPTER.validate_json(self.record(number))
        return row

    def record(self, number: int) -> bytes:
        """Return the bytes of a row. Errors: RowDamaged."""
        start, end = self._starts[number : number + 2].tolist()
        record = os.pread(self._descriptor, end - start, start)
        if digest(record) != self._digests[number].tobytes():
            self.is_damaged = True
            raise RowDamaged("a record of the snapshot file was changed")
        return record


class Rows(Collection[ServiceRow]):
    """Rows in order: changed rows are in memory, the others are read from a file."""

    def __init__(self, records: Records, entries: list[int | ServiceRow]) -> None:
        """`entries`: a row, or its number in `records`."""
        self.records, self._entries = records, entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[ServiceRow]:
        return map(self._row, self._entries)

    def __contains__(self, row: object) -> bool:
        return any(row == each for each in self)

    def __getitem__(self, place: int) -> ServiceRow:
        return self._row(self._entries[place])

    def __delitem__(self, place: int) -> None:
        del self._entries[place]

    def insert(self, place: int, row: ServiceRow) -> None:
        self._entries.insert(place, row)

    def copy(self) -> Self:
        return type(self)(self.records, self._entries.copy())

    def encoded(self) -> Iterator[bytes]:
        """Yield every row as a record. Errors: RowDamaged."""
        for entry in self._entries:
            yield self.records.record(entry) if isinstance(entry, int) else encode(entry)

    def _row(self, entry: int | ServiceRow) -> ServiceRow:
        return self.records.row(entry) if isinstance(entry, int) else entry


def encode(row: ServiceRow) -> bytes:
    return ROW_ADAPTER.dump_json(row, exclude_defaults=True)


def digest(record: bytes) -> bytes:
    """Return the digest of a record; the list of all digests is authenticated with a key."""
    return blake2b(record, digest_size=DIGEST_SIZE).digest()
