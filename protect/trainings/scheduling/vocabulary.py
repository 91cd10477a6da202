"""Kinds of conflict and of proofs, from TOML."""

from collections.abc import Iterable
from functools import cache

from protect.kernel import tables
from protect.trainings.scheduling import enums, rules


class ClashRecord(tables.Record):
    severity: enums.Severity
    is_ready: bool = True


class SuitabilityRecord(tables.Record):
    """A proof that a person shows before being booked. Units: months that it is valid."""

    months: int
    for_minors: bool = True


@cache
def conflict_severities() -> dict[rules.Clash, enums.Severity]:
    """Return the severity of each kind of conflict. Errors: DataError."""
    records = tables.load("trainings", "clashes", ClashRecord)
    return {rules.Clash(code): record.severity for code, record in records.items()}


def heeded(clashes: Iterable[rules.Clash]) -> list[rules.Clash]:
    """Return kinds of conflict without those of an ignored severity."""
    severities = conflict_severities()
    return [each for each in clashes if severities[each] is not enums.Severity.IGNORE]


@cache
def not_ready() -> frozenset[rules.Clash]:
    """Return the kinds of conflict with which an edition is not ready."""
    records = tables.load("trainings", "clashes", ClashRecord)
    return frozenset(rules.Clash(code) for code, record in records.items() if not record.is_ready)


@cache
def suitability() -> dict[str, SuitabilityRecord]:
    """Return the proofs that a person shows before being booked. Errors: DataError."""
    return tables.load("trainings", "suitability", SuitabilityRecord)


@cache
def for_minors() -> frozenset[str]:
    """Return the proofs that must be valid for sessions with minors."""
    return frozenset(code for code, record in suitability().items() if record.for_minors)
