"""Records of kinds of conflict and of proofs, read from TOML files."""

from collections.abc import Iterable
from functools import cache

from protect.kernel import tables
from protect.trainings.scheduling import enums, rules


class ConflictKindRecord(tables.Record):
    """A kind of conflict. `is_ready`: an edition can be ready in spite of it."""

    severity: enums.Severity
    is_ready: bool = True


class SuitabilityRecord(tables.Record):
    """A kind of proof that a person shows before a booking. `months`: its suggested validity."""

    months: int
    for_minors: bool = True


@cache
def conflict_severities() -> dict[rules.ConflictKind, enums.Severity]:
    """Return the severity of each kind of conflict. Errors: DataError."""
    records = tables.load("trainings", "clashes", ConflictKindRecord)
    return {rules.ConflictKind(code): record.severity for code, record in records.items()}


def without_ignored(kinds: Iterable[rules.ConflictKind]) -> list[rules.ConflictKind]:
    """Return kinds of conflict without those of severity “ignore”."""
    severities = conflict_severities()
    return [kind for kind in kinds if severities[kind] is not enums.Severity.IGNORE]


@cache
def kinds_preventing_readiness() -> frozenset[rules.ConflictKind]:
    """Return the kinds of conflict that keep an edition from being ready."""
    records = tables.load("trainings", "clashes", ConflictKindRecord)
    codes = (code for code, record in records.items() if not record.is_ready)
    return frozenset(map(rules.ConflictKind, codes))


@cache
def proof_kinds() -> dict[str, SuitabilityRecord]:
    """Return the kinds of proof that people show before being booked. Errors: DataError."""
    return tables.load("trainings", "suitability", SuitabilityRecord)


@cache
def proofs_for_minors() -> frozenset[str]:
    """Return the kinds of proof that must be valid for sessions with minors."""
    return frozenset(code for code, record in proof_kinds().items() if record.for_minors)
