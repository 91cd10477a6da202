"""The values of a fact: read from the rows of a service and written back to them. JSON can hold
them; times are in ISO 8601. The values of a protected service never contain a location."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from protect.directory import enums, facts, models
from protect.directory.facts.base.tables import Values, canonical_json
from protect.directory.protection import addresses


def read_fact(service: models.Service, fact: enums.Fact) -> Values:
    """Return the stored values of one fact, always in the same order."""
    return facts.FACTS[fact].read(service)


def read_facts(service: models.Service) -> dict[enums.Fact, Values]:
    """Return the stored values of every fact, as `write_fact` and JSON take them."""
    return {fact: read_fact(service, fact) for fact in enums.Fact}


def write_fact_rows(
    service: models.Service, fact: enums.Fact, values: Mapping[str, object], *, at: datetime
) -> None:
    """Write the values of one fact. A key that is left out keeps its value. Rows that already have
    the wanted values keep their ids. Call it in a transaction in which the service is locked."""
    if fact == enums.Fact.ADDRESS:
        addresses.write_address(service, values, at=at)
    else:
        facts.FACTS[fact].write(service, values, at=at)


def fingerprint_of(values: Mapping[str, object]) -> str:
    """Return the fingerprint of values: a form carries it to detect edits by other users."""
    return hashlib.sha256(canonical_json(dict(values)).encode()).hexdigest()[:32]
