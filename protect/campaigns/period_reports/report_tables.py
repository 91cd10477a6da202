"""A report for a period as a workbook and as one table."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language, gettext as _, gettext_lazy

from protect.campaigns.base.enums import MaterialKind
from protect.campaigns.period_reports.report_figures import CopyCell, Report
from protect.campaigns.period_reports.report_rows import ReportQuery
from protect.reference import formats
from protect.ui import moments
from protect.ui.spreadsheet import Sheet, csv_text, xlsx_book

type Row = tuple[object, ...]

CELL_LABELS: dict[str, Callable[[CopyCell], str]] = {
    "material": lambda cell: cell.title,
    "language": lambda cell: formats.language_name(cell.language, get_language() or "en"),
    "place_kind": lambda cell: str(cell.place_kind.label),
    "month": lambda cell: moments.month_text(cell.month),
}
AXES = {  # of the copies, with the heading of each
    "material": gettext_lazy("Material"),
    "language": gettext_lazy("Language"),
    "place_kind": gettext_lazy("Kind of place"),
    "month": gettext_lazy("Month"),
}


def number_or_hidden(number: int | None) -> int | str:
    """Return a number of people, or the one mark for all that are hidden."""
    return _("hidden") if number is None else number


def export_xlsx(
    report: Report, query: ReportQuery, about: str, direction: str, *, at: datetime
) -> bytes:
    """Return a report as XLSX. `about`: the name of the country or campaign; `direction`: ltr or
    rtl."""
    sheets = [
        Sheet(_("Report"), _summary_rows(report, query, about, at)),
        Sheet(_("Copies given out"), _copy_rows(report)),
        Sheet(_("People reached"), _reach_rows(report)),
        Sheet(_("Actions held"), _action_rows(report)),
    ]
    return xlsx_book(sheets, direction)


def export_csv(report: Report) -> str:
    """Return the figures of a report as one table of CSV, a row for each figure."""
    return csv_text(_flat_rows(report))


def _summary_rows(
    report: Report, query: ReportQuery, about: str, at: datetime
) -> Iterator[tuple[object, ...]]:
    yield _("Report"), about
    if settings.IS_DEMO:
        yield (
            _(
                "Demonstration. People and organisations called “Demo” are invented. Do not enter "
                "data about real people."
            ),
        )
    yield _("First day"), moments.exact_text(query.first)
    yield _("Last day"), moments.exact_text(query.last)
    yield _("Made"), moments.exact_text(at)
    yield _("Copies given out"), report.copies
    for figure in report.reach:
        yield str(figure.method.label), number_or_hidden(figure.people)
    yield _("Actions held"), len(report.held)
    yield ("",)
    for note in notes():
        yield (note,)


def notes() -> list[str]:
    """Return what a report counts and what it does not."""
    return [
        _(
            "Copies given out are those that the log has with a day of the period. Downloads, and "
            "copies that were printed and not given out, are not counted."
        ),
        _(
            "Figures of different methods measure different things and are never added. A person "
            "who was counted twice counts twice. Participants of trainings and information "
            "sessions are not among them."
        ),
        _(
            "Actions held are those marked as done of which a day lies in the period. Planned and "
            "cancelled ones are not counted."
        ),
        _(
            "Entries of fewer than 5 people are hidden, and they are in no sum, so that no two "
            "reports reveal them."
        ),
    ]


def _copy_rows(report: Report) -> Iterator[Row]:
    yield (
        _("Month"),
        _("Country"),
        _("Material"),
        _("Kind"),
        _("Language"),
        _("Kind of place"),
        _("Copies"),
    )
    for cell in report.cells:
        yield (*_cell_labels(cell), cell.copies)


def _cell_labels(cell: CopyCell) -> tuple[str, ...]:
    return (
        f"{cell.month:%Y-%m}",
        formats.country_name(cell.country, get_language() or "en"),
        cell.title,
        str(MaterialKind(cell.kind).label),
        CELL_LABELS["language"](cell),
        CELL_LABELS["place_kind"](cell),
    )


def _reach_rows(report: Report) -> Iterator[Row]:
    yield _("Counted by"), _("Month"), _("Entries"), _("Figure")
    for figure in report.reach:
        label = str(figure.method.label)
        for line in figure.months:
            yield label, f"{line.month:%Y-%m}", line.entries, number_or_hidden(line.people)
        yield label, _("Sum"), figure.entries, number_or_hidden(figure.people)


def _action_rows(report: Report) -> Iterator[Row]:
    yield _("First day"), _("Last day"), _("What happens"), _("Place"), _("Campaign")
    for action in report.held:
        days = (action.starts_on.isoformat(), action.ends_on.isoformat())
        yield (*days, action.title, action.place, action.campaign.name)


def _flat_rows(report: Report) -> Iterator[Row]:
    yield (
        *(_("Figure"), _("Month"), _("Country"), _("Material"), _("Kind"), _("Language")),
        *(_("Kind of place"), _("Counted by"), _("Entries"), _("Number")),
    )
    for cell in report.cells:
        yield (_("Copies given out"), *_cell_labels(cell), "", "", cell.copies)
    for figure in report.reach:
        label, none = str(figure.method.label), ("",) * 5
        for line in figure.months:
            month, number = f"{line.month:%Y-%m}", number_or_hidden(line.people)
            yield (_("People reached"), month, *none, label, line.entries, number)
        number = number_or_hidden(figure.people)
        yield (_("People reached"), _("Sum"), *none, label, figure.entries, number)
    for action in report.held:
        yield (_("Actions held"), f"{action.starts_on:%Y-%m}", "", action.title, *("",) * 5, 1)
