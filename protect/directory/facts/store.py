"""Rows of facts in the database: the desk writes those of one service, an import those of many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from protect.directory.facts.tables import Nested, canonical, values_of

type Given = Mapping[str, Any]


def rows_of(services: Collection[UUID], nested: Nested) -> list[Any]:
    """Return the rows of a fact of some services, always in the same order."""
    rows = nested.model._default_manager.filter(service__in=services)
    if nested.kinds:
        rows = rows.filter(**{f"{nested.kind}__in": nested.kinds})
    return list(rows.order_by("position", "pk") if nested.keeps_order else rows.order_by("pk"))


def write(nested: Nested, wanted: Mapping[UUID, Iterable[Given]]) -> None:
    """Write the rows of a fact so that each service has exactly the wanted values.

    A matching row keeps its id and the columns that are not given. Call it in a
    transaction in which the services are locked.
    """
    standing: dict[UUID, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    values_by_service = {service: list(values) for service, values in wanted.items()}
    keys = nested.known_by or _given_keys(values_by_service.values(), nested)
    for row in rows_of(values_by_service, nested):
        identity = canonical({key: values_of(row, nested)[key] for key in keys})
        standing[row.service_id][identity].append(row)
    new: list[Any] = []
    changed: list[Any] = []
    for service, values in values_by_service.items():
        for position, each in enumerate(values):
            same = standing[service][canonical({key: each.get(key) for key in keys})]
            row = same.pop(0) if same else _new_row(service, nested, each)
            is_moved = _is_moved(row, nested, position)
            if row._state.adding:
                new.append(row)
            elif _is_changed(row, nested, each) or is_moved:
                changed.append(row)
    gone = [
        row.pk
        for rows_by_identity in standing.values()
        for rows in rows_by_identity.values()
        for row in rows
    ]
    manager = nested.model._default_manager
    if gone:
        manager.filter(pk__in=gone).delete()
    if changed:
        columns = [*nested.columns.values(), *(["position"] if nested.keeps_order else [])]
        manager.bulk_update(changed, [column.removesuffix("_id") for column in columns])
    manager.bulk_create(new)


def _given_keys(values_lists: Iterable[Sequence[Given]], nested: Nested) -> list[str]:
    """Return the keys that every value has: they identify a row."""
    key_sets = [set(each) for values in values_lists for each in values]
    return [key for key in nested.columns if all(key in each for each in key_sets)]


def _is_moved(row: Any, nested: Nested, position: int) -> bool:
    if not nested.keeps_order or row.position == position:
        return False
    row.position = position
    return True


def _is_changed(row: Any, nested: Nested, each: Given) -> bool:
    """Write the given values into a row; return whether that changed it."""
    before = values_of(row, nested)
    for key, column in nested.columns.items():
        if key in each and key not in nested.at_first:
            setattr(row, column, _stored(key, each[key]))
    return values_of(row, nested) != before


def _new_row(service: UUID, nested: Nested, each: Given) -> Any:
    columns = {
        column: _stored(key, each[key]) for key, column in nested.columns.items() if key in each
    }
    return nested.model(service_id=service, **columns)


def _stored(key: str, value: Any) -> Any:
    """Return a value as a column takes it; JSON holds instants as texts."""
    if not isinstance(value, str):
        return value
    if key == "expires_at":
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if key == "checked" else value
