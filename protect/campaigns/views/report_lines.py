"""The tables of a report for a period, each line with the address of the entries behind it."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from protect.campaigns.base.enums import ReachMethod
from protect.campaigns.period_reports import report_figures, report_tables
from protect.campaigns.period_reports.report_figures import CopyCell, MethodFigure, Report
from protect.ui.moments import month_text

COPIES, REACH = "campaigns:report_copies", "campaigns:report_reach"
PRESS_AND_RADIO = (ReachMethod.PRINT_RUN, ReachMethod.LISTENERS)


class CopyLine(NamedTuple):
    label: str
    copies: int
    url: str


class CopyTable(NamedTuple):
    axis: str
    heading: str  # of its first column
    lines: list[CopyLine]


class ReachLine(NamedTuple):
    label: str
    entries: int
    people: int | None  # None: hidden
    small: int  # entries that are hidden, and not in the sum
    url: str


class ReachTable(NamedTuple):
    """What was counted by one method: a line of each month, and of the sum."""

    label: str
    months: list[ReachLine]
    total: ReachLine


def report_context(report: Report, address: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page of a report shows. `address`: the parameters that chose the report."""
    groups = (
        # Translators: heading: people whom a campaign counted at a stand or an event.
        (_("Head counts"), (ReachMethod.HEAD_COUNT,)),
        (_("Press and radio"), PRESS_AND_RADIO),
        (_("Social media"), (ReachMethod.IMPRESSIONS,)),
    )
    return {
        "report": report,
        "tables": [
            CopyTable(axis, str(heading), _copy_lines(report.cells, axis, address))
            for axis, heading in report_tables.AXES.items()
        ],
        "groups": [
            (
                title,
                [_reach_table(each, address) for each in report.reach if each.method in methods],
            )
            for title, methods in groups
        ],
        "copies_url": _link(COPIES, address),
        "downloads": [
            ("XLSX", _link("campaigns:report_xlsx", address)),
            ("CSV", _link("campaigns:report_csv", address)),
        ],
    }


def _copy_lines(cells: list[CopyCell], axis: str, address: Mapping[str, str]) -> list[CopyLine]:
    label, parts = report_tables.CELL_LABELS[axis], report_figures.copies_by(cells, axis)
    if axis != "month":
        parts.sort(key=lambda part: -part[1])
    return [
        CopyLine(label(cell), copies, _link(COPIES, address, **{axis: _axis_value(cell, axis)}))
        for cell, copies in parts
    ]


def _axis_value(cell: CopyCell, axis: str) -> str:
    return f"{cell.month:%Y-%m}" if axis == "month" else str(getattr(cell, axis))


def _reach_table(figure: MethodFigure, address: Mapping[str, str]) -> ReachTable:
    method = figure.method
    months = [
        ReachLine(
            month_text(line.month),
            line.entries,
            line.people,
            line.small,
            _link(REACH, address, method=method.value, month=f"{line.month:%Y-%m}"),
        )
        for line in figure.months
    ]
    url = _link(REACH, address, method=method.value)
    total = ReachLine(_("Sum"), figure.entries, figure.people, figure.small, url)
    return ReachTable(str(method.label), months, total)


def _link(name: str, address: Mapping[str, str], **more: str) -> str:
    return f"{reverse(name)}?{urlencode({**address, **more})}"
