"""The tables of trainings in TOML, as records. Offices add to them: docs/data-trainings.md."""

from __future__ import annotations

from functools import cache

from protect.kernel import tables
from protect.kernel.tables import Record
from protect.trainings.enums import Severity
from protect.trainings.rules.clashing import Clash


class ClashRecord(Record):
    """What a finding does."""

    severity: Severity
    is_ready: bool = True


@cache
def severities() -> dict[Clash, Severity]:
    """Return what each finding does. Errors: DataError."""
    found = tables.load("trainings", "clashes", ClashRecord)
    return {Clash(code): record.severity for code, record in found.items()}


@cache
def not_ready() -> frozenset[Clash]:
    """Return the findings with which no edition is ready."""
    found = tables.load("trainings", "clashes", ClashRecord)
    return frozenset(Clash(code) for code, record in found.items() if not record.is_ready)
