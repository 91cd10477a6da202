"""The matrix as a table for other programs, with the row of hashtags of the Humanitarian Exchange
Language. Source: HXL hashtag dictionary 1.1, https://hxlstandard.org/standard/1-1final/dictionary/.
"""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from protect.coordination.presence import axes
from protect.coordination.presence.matrix import Line, Matrix
from protect.coordination.presence.models import FocalPoint
from protect.ui.spreadsheet import Sheet, csv_text, xlsx_book

SEPARATOR = " | "  # between target groups in one cell
# Hashtags of the columns, in their order.
HASHTAGS = (
    *("#country+code", "#org+name", "#service+code", "#service+name"),
    *("#adm1+code", "#adm1+name", "#beneficiary+type+code", "#beneficiary+type+name"),
    *("#capacity+num", "#date+end+funding", "#contact+email"),
)


def export_csv(matrix: Matrix) -> str:
    return csv_text(_rows(matrix))


def export_xlsx(matrix: Matrix, direction: str) -> bytes:
    """Return the matrix and its gaps as a workbook. `direction`: ltr or rtl."""
    sheets = [
        Sheet(_("Who does what where"), _rows(matrix)),
        Sheet(_("Gaps"), _gap_rows(matrix)),
    ]
    return xlsx_book(sheets, direction)


def _rows(matrix: Matrix) -> Iterator[tuple[object, ...]]:
    """Yield the headings, the row of hashtags, and the lines."""
    yield (
        *(_("Country"), _("Organisation"), _("Code of the need"), _("Need")),
        *(_("Code of the region"), _("Region"), _("Codes of the groups"), _("Target groups")),
        *(_("People a month"), _("Funded until"), _("Mailbox")),
    )
    yield HASHTAGS
    mailboxes = _first_mailboxes(matrix)
    for line in matrix.lines:
        yield (matrix.query.country, *_cells(line), mailboxes.get(line.organisation, ""))


def _cells(line: Line) -> Iterator[object]:
    yield line.name
    yield from (line.need, str(axes.needs()[line.need]))
    yield line.region or ""
    yield "" if line.region is None else str(axes.region_name(line.region))
    names = axes.target_groups()
    codes = [code for code in names if code in line.groups]
    yield SEPARATOR.join(codes)
    yield SEPARATOR.join(str(names[code]) for code in codes)
    yield "" if line.capacity is None else line.capacity
    yield iso_day(line.funded_until)


def _gap_rows(matrix: Matrix) -> Iterator[tuple[object, ...]]:
    yield (
        *(_("Country"), _("Code of the need"), _("Need")),
        *(_("Code of the region"), _("Region")),
    )
    yield "#country+code", "#need+code", "#need+name", "#adm1+code", "#adm1+name"
    for cell in matrix.gaps:
        need, region = str(axes.needs()[cell.need]), str(axes.region_name(cell.region))
        yield matrix.query.country, cell.need, need, cell.region, region


def _first_mailboxes(matrix: Matrix) -> dict[object, str]:
    """Return the mailbox of the first contact by organisation."""
    rows = FocalPoint.objects.filter(
        role="first", presence__organisation__in=list(matrix.organisations)
    )
    return dict(rows.values_list("presence__organisation", "mailbox"))


def iso_day(day: date | None) -> str:
    return day.isoformat() if day else ""
