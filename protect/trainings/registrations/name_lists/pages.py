"""What the page of a list of names shows, at the desk and by a sender's link, and its bad rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from protect.kernel.spreadsheet import TableWriter
from protect.trainings.registrations import fields, labels
from protect.trainings.registrations.forms import RosterForm
from protect.trainings.registrations.models import Cohort, Roster, Sender
from protect.trainings.registrations.name_lists.actions import NameList
from protect.trainings.registrations.name_lists.checks import Row, Wrong, participant_fields
from protect.trainings.registrations.name_lists.tables import LINE, OURS, WRONG, understood
from protect.trainings.scheduling.models import Edition
from protect.ui.pagination import Paginator

PAGE = 100  # rows
GOOD, BAD, KNOWN = "good", "bad", "known"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as a page shows it: how many rows of each kind, and the chosen ones."""

    roster: Roster
    counts: Counter[str]
    shown: str
    page: Page[Row]
    rows: list[tuple[Row, list[str]]]  # with what is wrong, in words

    @property
    def kinds(self) -> list[tuple[str, str, int]]:
        words = {
            # Translators: rows of a list that can be registered.
            GOOD: _("Can be registered"),
            # Translators: rows of a list in which something is wrong.
            BAD: _("To mend"),
            # Translators: people of a list who are registered already, or have said no.
            KNOWN: _("Named before"),
        }
        return [(kind, words[kind], self.counts[kind]) for kind in words if self.counts[kind]]

    @property
    def understood(self) -> list[tuple[str, list[str]]]:
        """Return which words are understood, where a word in a row was not."""
        mistakes = (mistake for row, _said in self.rows for mistake in row.mistakes)
        unknown = {name for name, wrong in mistakes if wrong is Wrong.UNKNOWN}
        is_asked = any(fields.COLUMNS[name].choices for name in unknown)
        return understood() if is_asked else []

    @property
    def has_words(self) -> bool:
        return any(messages for _row, messages in self.rows)


def listing(request: HttpRequest, roster: Roster) -> Listing:
    """Return what the address asks to see of a list; what is to mend comes first."""
    rows = [Row.of(each) for each in roster.rows]
    counts = Counter(map(kind_of, rows))
    first = next((kind for kind in (BAD, GOOD, KNOWN) if counts[kind]), GOOD)
    requested = request.GET.get("show", "")
    shown = requested if counts[requested] else first
    chosen = [row for row in rows if kind_of(row) == shown]
    page = Paginator(chosen, PAGE).get_page(request.GET.get("page"))
    return Listing(roster, counts, shown, page, [(row, [*row_messages(row)]) for row in page])


def kind_of(row: Row) -> str:
    """Return whether a row is good, has errors, or is of a person registered already."""
    if row.mistakes:
        return BAD
    return KNOWN if row.state else GOOD


def row_messages(row: Row) -> Iterator[str]:
    """Yield each error of a row as field, problem and remedy; or the state of its registration.

    For a good row: how profession, sector and age were understood.
    """
    for mistake in row.mistakes:
        field = fields.BY_NAME[mistake.field]
        column = fields.COLUMNS[mistake.field]
        problem, remedy = labels.PROBLEMS.get(mistake, (column.problem, column.remedy))
        text = f"{column.heading or field.label}: {problem} {remedy}"
        yield text.format(line=row.first) if mistake.wrong is Wrong.TWICE else text
    if row.state and not row.mistakes:
        yield str(labels.registration_state(row.state).word)
    elif row.is_good:
        yield from understood_values(row)


def understood_values(row: Row) -> Iterator[str]:
    """Yield how the words of a good row were understood."""
    codes = participant_fields(row, "", "")
    for field in fields.IN_FORM_ORDER:
        if field.column and field.column.choices and codes[field.name]:
            yield field.in_words(codes[field.name])


def bad_rows(roster: Roster) -> HttpResponse:
    """Return the rows to mend as a table that can be mended and brought again."""
    disposition = content_disposition_header(True, "to-mend.csv") or "attachment"
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = disposition
    writer = TableWriter(response)
    writer.writerow([*OURS, LINE, WRONG])
    for row in map(Row.of, roster.rows):
        if row.mistakes:
            cells = [row.cells.get(each, "") for each in OURS]
            writer.writerow([*cells, row.number, " ".join(row_messages(row))])
    return response


def read_name_list(form: RosterForm, sender: Sender | None) -> NameList:
    """Return a list as its form describes it; a class is sent by its school.

    Errors: of `tables`; UploadRefused.
    """
    data = form.cleaned_data
    cohort: Cohort | None = data.get("cohort")
    by = cohort.school if cohort else sender or data.get("sender")
    return NameList(
        form.rows(), data["country"], data["language"], by, cohort, is_together=data["is_together"]
    )


def initial_values(edition: Edition, language: str) -> dict[str, str]:
    """Return what the form of a list shows at first."""
    return {"country": edition.country_id, "language": language}
