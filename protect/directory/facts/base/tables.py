"""Rows of facts in the database: the desk writes those of one service, an import those of many."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Model, QuerySet

type Values = dict[str, Any]


class Table(NamedTuple):
    """Rows that belong to a fact, and which of their columns are its values."""

    model: type[Model]
    row: Any  # a NamedTuple of what files tell: service_id, then id, then columns
    order: tuple[str, ...] = ("pk",)  # in files and in the HSDS interface
    kinds: Collection[str] = ()  # empty: every row of the service
    kind: str = "kind"  # the column in which the kinds stand
    keeps_order: bool = False  # by `position`
    untold: tuple[str, ...] = ()  # columns that no file tells
    texts: tuple[str, ...] = ("note",)  # columns that hold free text: address protection reads them
    is_for_members: bool = False  # of the platform alone
    # Keys of values by which a row is known again; empty: by all that are given.
    known_by: tuple[str, ...] = ()
    # Keys that are written into new rows only: one that stands keeps what it says there.
    at_first: Collection[str] = ()
    list_name: str = ""  # of the rows among the values of their fact; empty: as `related`

    @property
    def columns(self) -> Mapping[str, str]:
        """Key of a value → attribute of the row."""
        return _columns(self.row, self.untold)

    @property
    def related(self) -> str:
        """The name that a service gives these rows."""
        return str(self.model._meta.get_field("service").remote_field.related_name)  # type: ignore[union-attr]

    @property
    def key(self) -> str:
        """The name of the list of rows among the values of their fact."""
        return self.list_name or self.related

    def rows(self) -> QuerySet[Any]:
        """Return the rows of every service."""
        rows = self.model._default_manager.all()
        return rows.filter(**{f"{self.kind}__in": self.kinds}) if self.kinds else rows


@cache
def _columns(row: Any, untold: tuple[str, ...]) -> Mapping[str, str]:
    told = [name for name in row._fields if name not in {"service_id", "id"}]
    return {name.removesuffix("_id"): name for name in (*told, *untold)}


def rows_of(services: Collection[UUID], table: Table) -> list[Any]:
    """Return the rows of a fact of some services, always in the same order."""
    rows = table.rows().filter(service__in=services)
    return list(rows.order_by("position", "pk") if table.keeps_order else rows.order_by("pk"))


def write(table: Table, wanted: Mapping[UUID, Iterable[Mapping[str, Any]]]) -> None:
    """Write the rows of a fact so that each service has exactly the wanted values.
    A matching row keeps its id and the columns that are not given. Call it in a transaction in
    which the services are locked."""
    standing: dict[UUID, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    values_by_service = {service: list(values) for service, values in wanted.items()}
    given = [set(each) for values in values_by_service.values() for each in values]
    keys = table.known_by or [key for key in table.columns if all(key in each for each in given)]
    for row in rows_of(values_by_service, table):
        identity = canonical({key: values_of(row, table)[key] for key in keys})
        standing[row.service_id][identity].append(row)
    new: list[Any] = []
    changed: list[Any] = []
    for service, values in values_by_service.items():
        for position, each in enumerate(values):
            same = standing[service][canonical({key: each.get(key) for key in keys})]
            row = same.pop(0) if same else table.model(service_id=service)
            is_changed = _is_changed(row, table, each, position)
            if row._state.adding:
                new.append(row)
            elif is_changed:
                changed.append(row)
    left = (rows for by_identity in standing.values() for rows in by_identity.values())
    manager = table.model._default_manager
    if gone := [row.pk for rows in left for row in rows]:
        manager.filter(pk__in=gone).delete()
    if changed:
        columns = [*table.columns.values(), *(["position"] if table.keeps_order else [])]
        manager.bulk_update(changed, [column.removesuffix("_id") for column in columns])
    manager.bulk_create(new)


def _is_changed(row: Any, table: Table, each: Mapping[str, Any], position: int) -> bool:
    """Give a row its values and its position; return whether any of them is another."""
    before = values_of(row, table)
    for key, column in table.columns.items():
        if key in each and (row._state.adding or key not in table.at_first):
            setattr(row, column, _stored(key, each[key]))
    is_moved = table.keeps_order and row.position != position
    if is_moved:
        row.position = position
    return is_moved or values_of(row, table) != before


def _stored(key: str, value: Any) -> Any:
    """Return a value as a column takes it; JSON holds instants as texts."""
    if not isinstance(value, str):
        return value
    if key == "expires_at":
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if key == "checked" else value


def read(service: UUID, table: Table) -> list[Values]:
    """Return the values of the rows of a service, always in the same order."""
    rows = [values_of(row, table) for row in rows_of([service], table)]
    return rows if table.keeps_order else sorted(rows, key=canonical)


def values_of(row: Model, table: Table) -> Values:
    """Return the values of a row, as JSON takes them."""
    values = {key: getattr(row, column) for key, column in table.columns.items()}
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in values.items()
    }


def canonical(values: object) -> str:
    """Return values as one text, the same for equal ones."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False)
