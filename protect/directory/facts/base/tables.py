"""Tables of facts: read and write the rows of one service, or of many in an import."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Model, QuerySet

type Values = dict[str, Any]


class FactTable(NamedTuple):
    """A table of a fact, and the columns that hold values of the fact."""

    model: type[Model]
    row: Any  # NamedTuple of the exported columns: service_id, id, then values
    order: tuple[str, ...] = ("pk",)  # in files and in the HSDS interface
    kinds: Collection[str] = ()  # kinds of rows of this fact; empty: all rows
    kind: str = "kind"  # the column that holds the kind
    keeps_order: bool = False  # by `position`
    unexported: tuple[str, ...] = ()  # columns that are in no file
    texts: tuple[str, ...] = ("note",)  # free-text columns, for address protection
    is_for_members: bool = False  # not for the public
    # Keys that identify a row; empty: all given keys.
    identity_keys: tuple[str, ...] = ()
    # Keys that are written into new rows only: existing rows keep their value.
    initial_keys: Collection[str] = ()
    list_name: str = ""  # key of the list in the fact's values; empty: `related`

    @property
    def columns(self) -> Mapping[str, str]:
        """The name of the row's attribute for each key of the values."""
        return _columns_by_key(self.row, self.unexported)

    @property
    def related(self) -> str:
        """The related name of the table on Service."""
        return str(self.model._meta.get_field("service").remote_field.related_name)  # type: ignore[union-attr]

    @property
    def key(self) -> str:
        """The key of the list of rows in the values of the fact."""
        return self.list_name or self.related

    def rows(self) -> QuerySet[Any]:
        """Return the rows of this fact, of every service."""
        rows = self.model._default_manager.all()
        return rows.filter(**{f"{self.kind}__in": self.kinds}) if self.kinds else rows


@cache
def _columns_by_key(row: Any, unexported: tuple[str, ...]) -> Mapping[str, str]:
    """Return the column of each key, those `unexported` too. A key is the column without “_id”."""
    exported = [name for name in row._fields if name not in {"service_id", "id"}]
    return {name.removesuffix("_id"): name for name in (*exported, *unexported)}


def fetch_rows(services: Collection[UUID], table: FactTable) -> list[Any]:
    """Return the rows of a fact of some services, always in the same order."""
    rows = table.rows().filter(service__in=services)
    return list(rows.order_by("position", "pk") if table.keeps_order else rows.order_by("pk"))


def write_rows(table: FactTable, wanted: Mapping[UUID, Iterable[Mapping[str, Any]]]) -> None:
    """Write the rows of a fact so that each service has exactly the wanted values. A matching row
    keeps its id and other columns. Call it in a transaction in which the services are locked."""
    stored_rows: dict[UUID, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    values_by_service = {service: list(values) for service, values in wanted.items()}
    given = [set(value) for values in values_by_service.values() for value in values]
    keys = table.identity_keys or [key for key in table.columns if all(key in row for row in given)]
    for row in fetch_rows(values_by_service, table):
        identity = canonical_json({key: json_values(row, table)[key] for key in keys})
        stored_rows[row.service_id][identity].append(row)
    new: list[Any] = []
    changed: list[Any] = []
    for service, values in values_by_service.items():
        for position, row_values in enumerate(values):
            matching = stored_rows[service][
                canonical_json({key: row_values.get(key) for key in keys})
            ]
            row = matching.pop(0) if matching else table.model(service_id=service)
            is_changed = _update_row(row, table, row_values, position)
            if row._state.adding:
                new.append(row)
            elif is_changed:
                changed.append(row)
    unmatched_rows = (rows for by_identity in stored_rows.values() for rows in by_identity.values())
    manager = table.model._default_manager
    if deleted_keys := [row.pk for rows in unmatched_rows for row in rows]:
        manager.filter(pk__in=deleted_keys).delete()
    if changed:
        columns = [*table.columns.values(), *(["position"] if table.keeps_order else [])]
        manager.bulk_update(changed, [column.removesuffix("_id") for column in columns])
    manager.bulk_create(new)


def _update_row(row: Any, table: FactTable, wanted: Mapping[str, Any], position: int) -> bool:
    """Set values (`initial_keys` only of a new row) and position, unsaved; return if changed."""
    before = json_values(row, table)
    for key, column in table.columns.items():
        if key in wanted and (row._state.adding or key not in table.initial_keys):
            setattr(row, column, _from_json_value(key, wanted[key]))
    is_moved = table.keeps_order and row.position != position
    if is_moved:
        row.position = position
    return is_moved or json_values(row, table) != before


def _from_json_value(key: str, value: Any) -> Any:
    """Return a value as its column stores it: dates and times are parsed from their text."""
    if not isinstance(value, str):
        return value
    if key == "expires_at":
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if key == "checked" else value


def read_values(service: UUID, table: FactTable) -> list[Values]:
    """Return the values of the rows of a service, always in the same order."""
    rows = [json_values(row, table) for row in fetch_rows([service], table)]
    return rows if table.keeps_order else sorted(rows, key=canonical_json)


def json_values(row: Model, table: FactTable) -> Values:
    """Return the values of a row in types that JSON can hold."""
    pairs = ((key, getattr(row, column)) for key, column in table.columns.items())
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in pairs}


def canonical_json(values: object) -> str:
    """Return values as JSON text that is the same for equal values."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False)
