"""What speaks against bookings, and what is shown before them, from TOML."""

from __future__ import annotations

from functools import cache

from protect.kernel import tables
from protect.kernel.tables import Record
from protect.trainings.scheduling.enums import Severity
from protect.trainings.scheduling.rules.conflicts import Clash


class ClashRecord(Record):
    """What a finding does."""

    severity: Severity
    is_ready: bool = True


class SuitabilityRecord(Record):
    """What somebody shows before they are booked. Units: months that it stands."""

    months: int
    for_minors: bool = True


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


@cache
def suitability() -> dict[str, SuitabilityRecord]:
    """Return what people show before they are booked. Errors: DataError."""
    return tables.load("trainings", "suitability", SuitabilityRecord)


@cache
def for_minors() -> frozenset[str]:
    """Return what must stand for sessions with minors."""
    return frozenset(code for code, record in suitability().items() if record.for_minors)
