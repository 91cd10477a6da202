"""The figures of a report for a period. Small numbers of people are hidden, and in no sum: reports
of other periods or campaigns do not reveal them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from protect.campaigns.base.enums import PlaceKind, ReachMethod
from protect.campaigns.distribution.models import Distribution, Reach
from protect.campaigns.period_reports import report_rows
from protect.campaigns.period_reports.report_rows import ReportQuery
from protect.campaigns.plans.models import CalendarAction
from protect.kernel.small_numbers import is_small, shown_number, sum_without_small
from protect.orgs.scope import Scope


class CopyCell(NamedTuple):
    """Copies given out of one material and language, at one kind of place in one month."""

    month: date  # its first day
    country: str
    material: UUID
    title: str
    kind: str  # code of MaterialKind
    language: str  # BCP 47
    place_kind: PlaceKind
    copies: int


class MonthFigure(NamedTuple):
    month: date
    entries: int
    people: int | None  # without small numbers; None: hidden
    small: int  # how many entries are hidden, and not in the sum


class MethodFigure(NamedTuple):
    """What was counted by one method, with its months. None: the number is hidden."""

    method: ReachMethod
    entries: int
    people: int | None
    small: int
    months: list[MonthFigure]


class Report(NamedTuple):
    cells: list[CopyCell]
    reach: list[MethodFigure]
    held: list[CalendarAction]  # marked as done
    open_actions: int  # neither done nor cancelled
    orders_without_copies: int

    @property
    def copies(self) -> int:
        return sum(cell.copies for cell in self.cells)

    @property
    def is_empty(self) -> bool:
        return not (self.cells or self.reach or self.held)


def build_report(scope: Scope, query: ReportQuery) -> Report:
    actions = report_rows.period_actions(scope, query).select_related("campaign")
    held = [action for action in actions if action.done_at]
    return Report(
        _copy_cells(scope, query),
        method_figures(report_rows.reach_entries(scope, query)),
        held,
        len(actions) - len(held),
        report_rows.sent_without_copies(scope, query).count(),
    )


def copies_by(cells: Iterable[CopyCell], axis: str) -> list[tuple[CopyCell, int]]:
    """Return the copies by one field of the cells: a cell of each value, and the sum."""
    found: dict[object, tuple[CopyCell, int]] = {}
    for cell in cells:
        key = getattr(cell, axis)
        first, copies = found.get(key, (cell, 0))
        found[key] = (first, copies + cell.copies)
    return list(found.values())


def method_figures(rows: Iterable[Reach]) -> list[MethodFigure]:
    """Return what was counted by each method, in the order of ReachMethod."""
    by_month = _by_method_and_month(rows)
    figures = []
    for method in ReachMethod:
        months = by_month.get(method)
        if months is None:
            continue
        lines = [
            MonthFigure(month, len(entries), _people(entries), _count_small(entries))
            for month, entries in months.items()
        ]
        every = [entry for entries in months.values() for entry in entries]
        total = MethodFigure(method, len(every), _people(every), _count_small(every), lines)
        figures.append(total)
    return figures


def shown_entries(rows: Iterable[Reach]) -> dict[UUID, int | None]:
    """Return the number of each entry of a report as it may be shown; None: hidden."""
    return {entry.pk: shown_number(entry.people) for entry in rows}


def _people(entries: Iterable[Reach]) -> int | None:
    return sum_without_small(entry.people for entry in entries)


def _count_small(entries: Iterable[Reach]) -> int:
    return sum(is_small(entry.people) for entry in entries)


def _by_method_and_month(rows: Iterable[Reach]) -> dict[ReachMethod, dict[date, list[Reach]]]:
    found: dict[ReachMethod, dict[date, list[Reach]]] = defaultdict(dict)
    for row in rows:
        months = found[ReachMethod(row.method)]
        months.setdefault(row.day.replace(day=1), []).append(row)
    return found


def _copy_cells(scope: Scope, query: ReportQuery) -> list[CopyCell]:
    rows = report_rows.given_out(scope, query).select_related("file__material")
    sums: defaultdict[CopyCell, int] = defaultdict(int)
    for row in rows:
        sums[_empty_cell(row)] += row.copies
    cells = (cell._replace(copies=copies) for cell, copies in sums.items())
    return sorted(cells, key=lambda cell: (cell.month, cell.title, cell.language, cell.place_kind))


def _empty_cell(row: Distribution) -> CopyCell:
    """Return the cell to which an entry belongs, without its copies."""
    file = row.file
    return CopyCell(
        month=row.day.replace(day=1),
        country=file.country_id,
        material=file.material_id,
        title=file.material.title,
        kind=file.material.kind,
        language=file.language_id,
        place_kind=PlaceKind(row.place_kind),
        copies=0,
    )
