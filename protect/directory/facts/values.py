"""A fact as values and as rows: what a form shows, read from a service and written over it.

Values can be written as JSON: numbers, texts, lists, moments in ISO 8601. Of a protected service
there is never a location among them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from protect.directory.enums import Channel, Fact
from protect.directory.facts import locations, store
from protect.directory.facts.tables import (
    CHANNELS,
    NESTED,
    NO_HOURS,
    Nested,
    Values,
    canonical,
    hours,
    values_of,
)
from protect.directory.models import Schedule, Service, ServiceCapacity

__all__ = ["CHANNELS", "NESTED", "NO_HOURS", "Values", "canonical", "read", "replace"]


def read(service: Service, fact: Fact) -> Values:
    """Return the values of one fact as it is stored, always in the same order."""
    values: Values = {nested.key: _read(service, nested) for nested in NESTED.get(fact, ())}
    if fact in CHANNELS:
        return _read_hours(service, CHANNELS[fact])
    if fact == Fact.CAPACITY:
        return values | _read_capacity(service)
    return locations.read(service) if fact == Fact.ADDRESS else values


def replace(service: Service, fact: Fact, values: Mapping[str, Any], *, at: datetime) -> None:
    """Write the values of one fact. A key that is left out keeps its value.

    Rows that already say it are kept, so that their ids are. Call it in a transaction in which the
    service is locked.
    """
    for nested in NESTED.get(fact, ()):
        if nested.key in values:
            store.write(nested, {service.pk: values[nested.key]})
    if fact in CHANNELS:
        _write_hours(service, CHANNELS[fact], values)
    elif fact == Fact.CAPACITY:
        _write_capacity(service, values, at)
    elif fact == Fact.ADDRESS:
        locations.write(service, values, at=at)


def _read(service: Service, nested: Nested) -> list[Values]:
    rows = [values_of(row, nested) for row in store.rows_of([service.pk], nested)]
    return rows if nested.keeps_order else sorted(rows, key=canonical)


def _read_hours(service: Service, channel: Channel) -> Values:
    schedules = Schedule.objects.filter(service=service, channel=channel)
    return schedules.order_by("pk").values(*NO_HOURS).first() or dict(NO_HOURS)


def _write_hours(service: Service, channel: Channel, values: Mapping[str, Any]) -> None:
    new = _read_hours(service, channel) | {key: values[key] for key in NO_HOURS if key in values}
    wanted = [] if new == NO_HOURS else [{"channel": channel.value, **new}]
    store.write(hours(channel), {service.pk: wanted})


def _read_capacity(service: Service) -> Values:
    capacity = ServiceCapacity.objects.filter(service=service).first()
    if capacity is None:
        return {"available": None, "maximum": None, "expires_at": None}
    return {
        "available": capacity.available,
        "maximum": capacity.maximum,
        "expires_at": capacity.expires_at.isoformat(),
    }


def _write_capacity(service: Service, values: Mapping[str, Any], at: datetime) -> None:
    before = _read_capacity(service)
    new = before | {key: values[key] for key in before if key in values}
    if new == before:
        return
    if new["available"] is None:
        ServiceCapacity.objects.filter(service=service).delete()
        return
    expires = datetime.fromisoformat(new["expires_at"])
    ServiceCapacity.objects.update_or_create(
        service=service, defaults=new | {"expires_at": expires, "updated_at": at}
    )


def facts_of(service: Service) -> dict[Fact, Values]:
    """Return what is stored of each fact, as `write_fact` takes it. It can be written as JSON."""
    return {fact: read(service, fact) for fact in Fact}


def fact_of(service: Service, fact: Fact) -> Values:
    """Return what is stored of one fact."""
    return read(service, fact)


def mark_of(values: Mapping[str, Any]) -> str:
    """Return a fingerprint of values for a form: other values have another mark."""
    return hashlib.sha256(canonical(dict(values)).encode()).hexdigest()[:32]
