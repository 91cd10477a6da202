"""A fact as values and as rows: what a form shows, read from a service and written over it.
Values can be written as JSON: numbers, texts, lists, moments in ISO 8601. Of a protected service
there is never a location among them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from protect.directory import enums, models
from protect.directory.facts import FACTS
from protect.directory.facts.base.tables import Values, canonical
from protect.directory.protection import addresses


def fact_of(service: models.Service, fact: enums.Fact) -> Values:
    """Return what is stored of one fact, always in the same order."""
    return FACTS[fact].read(service)


def facts_of(service: models.Service) -> dict[enums.Fact, Values]:
    """Return what is stored of each fact, as `write_fact` takes it. It can be written as JSON."""
    return {fact: fact_of(service, fact) for fact in enums.Fact}


def replace(
    service: models.Service, fact: enums.Fact, values: Mapping[str, object], *, at: datetime
) -> None:
    """Write the values of one fact. A key that is left out keeps its value. Rows that already say
    it are kept, so that their ids are. Call it in a transaction in which the service is locked."""
    if fact == enums.Fact.ADDRESS:
        addresses.write(service, values)
    else:
        FACTS[fact].write(service, values, at=at)


def mark_of(values: Mapping[str, object]) -> str:
    """Return a fingerprint of values for a form: other values have another mark."""
    return hashlib.sha256(canonical(dict(values)).encode()).hexdigest()[:32]
