"""What participants can say they need, from TOML."""

from __future__ import annotations

from functools import cache

from protect.kernel import tables
from protect.kernel.tables import Record
from protect.trainings.needs.enums import NeedKind


class NeedRecord(Record):
    """Something that people can say they need."""

    kind: NeedKind


@cache
def needs(kind: NeedKind) -> list[str]:
    """Return the codes of what people can say they need of one kind. Errors: DataError."""
    records = tables.load("trainings", "needs", NeedRecord)
    return [code for code, record in records.items() if record.kind is kind]
