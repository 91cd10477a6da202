"""The order in which somebody asked for the rows of a table: `?sort=name`, `?sort=-name`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Model, QuerySet
from django.http import HttpRequest


def asked_order[Q: QuerySet[Model]](
    rows: Q, request: HttpRequest, columns: Mapping[str, str], then: Sequence[str]
) -> Q:
    """Return rows in the order that was asked for, equal ones by `then`, whose last is unique.

    Shapes: columns: what may be asked for → a field. Whatever else is asked for: by `then`.
    """
    asked = request.GET.get("sort", "")
    column = columns.get(asked.removeprefix("-"), then[0])
    first = f"-{column}" if asked.startswith("-") else column
    return rows.order_by(first, *then)
