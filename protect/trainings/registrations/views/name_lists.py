"""Pages of lists of names: the form that adds a list, and the page that shows and registers it.
Staff and the holder of a nomination link use the same page."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base.pages import frame
from protect.trainings.registrations import access, fields, forms, labels, models, name_list_rows
from protect.trainings.registrations.actions import name_lists as actions
from protect.trainings.scheduling.access import get_planned_edition
from protect.trainings.scheduling.models import Edition
from protect.ui import spreadsheet
from protect.ui.forms import DeskForm
from protect.ui.pagination import Paginator

DELETE_ACTION = "throw_away"  # of a stored name list
PAGE_SIZE = 100  # rows
GOOD, BAD, REGISTERED = "good", "bad", "known"  # kinds of rows; REGISTERED: or withdrawn


@require_http_methods(["GET", "POST"])
def roster_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Store a list of names for an edition, from a file or typed text."""
    scope = scope_of(request)
    edition = get_planned_edition(scope, pk)
    posted, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    initial = initial_roster_values(edition, get_language() or "en")
    form = forms.RosterForm(posted, files, host=edition.host, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            name_list = read_name_list(form, None)
            roster = actions.store_list(edition, name_list, at=clock.now(), scope=scope)
            return redirect("trainings:roster", pk=roster.pk)
    return frame.render_form_page(request, "trainings/roster_new.html", form, {"edition": edition})


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def roster(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a list of names; register it in short transactions, or delete it."""
    scope = scope_of(request)
    roster = access.get_roster(scope, pk)
    form = DeskForm(frame.sent_data(request))
    if form.is_valid():
        with form.showing_refusals():
            if request.POST.get("deed") == DELETE_ACTION:
                actions.delete_list(roster, at=clock.now(), scope=scope)
                message = _("The list is deleted. Registrations made from it stay.")
                return frame.redirect_with_message(
                    request, message, "trainings:edition", roster.edition_id
                )
            number = actions.register_list(roster, at=clock.now(), scope=scope)
            # Translators: {number} people of a list were registered.
            message = _("Registered: {number}.").format(number=number)
            return frame.redirect_with_message(request, message, "trainings:roster", pk)
    context = {"edition": roster.edition, "listing": build_listing(request, roster)}
    return frame.render_form_page(request, "trainings/roster.html", form, context)


@require_safe
def roster_bad_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Download the rows to correct of a name list as CSV, for coordinators."""
    return bad_rows_csv(access.get_roster(scope_of(request), pk))


@dataclass(frozen=True, slots=True)
class Listing:
    """What the page of a list of names shows: the number of rows by kind, and a page of rows."""

    roster: models.Roster
    counts: Counter[str]
    shown: str  # kind of the rows on the page
    page: Page[name_list_rows.ListRow]
    rows: list[tuple[name_list_rows.ListRow, list[str]]]  # with messages

    @property
    def kinds(self) -> list[tuple[str, str, int]]:
        """Return code, label and number of rows of each kind that has rows."""
        words = {
            GOOD: _("Ready to register"),  # For translators: rows of a list that can be registered
            BAD: _("To correct"),  # For translators: rows of a list in which something is wrong
            REGISTERED: _("Already registered or withdrawn"),  # For translators: people of a list
        }
        return [(kind, words[kind], self.counts[kind]) for kind in words if self.counts[kind]]

    @property
    def accepted_words(self) -> list[tuple[str, list[str]]]:
        """Return the accepted words by column, if a row on the page has an unknown word."""
        mistakes = (mistake for row, _messages in self.rows for mistake in row.mistakes)
        unknown = {name for name, wrong in mistakes if wrong is name_list_rows.Problem.UNKNOWN}
        is_asked = any(fields.LIST_COLUMNS[name].choices for name in unknown)
        return name_list_rows.accepted_words() if is_asked else []

    @property
    def has_messages(self) -> bool:
        """Return whether a row on the page has a message."""
        return any(messages for _row, messages in self.rows)


def build_listing(request: HttpRequest, roster: models.Roster) -> Listing:
    """Return the page of a list with the requested kind of rows, by default rows to correct."""
    rows = [name_list_rows.ListRow.from_json(row) for row in roster.rows]
    counts = Counter(map(_row_kind, rows))
    default_kind = next((kind for kind in (BAD, GOOD, REGISTERED) if counts[kind]), GOOD)
    requested = request.GET.get("show", "")
    shown = requested if counts[requested] else default_kind
    chosen = [row for row in rows if _row_kind(row) == shown]
    page = Paginator(chosen, PAGE_SIZE).get_page(request.GET.get("page"))
    return Listing(roster, counts, shown, page, [(row, [*_row_messages(row)]) for row in page])


def _row_kind(row: name_list_rows.ListRow) -> str:
    if row.mistakes:
        return BAD
    return REGISTERED if row.state else GOOD


def _row_messages(row: name_list_rows.ListRow) -> Iterator[str]:
    """Yield a row's mistakes, else its registration's state, else the labels of its values."""
    for mistake in row.mistakes:
        field, column = fields.FIELD_BY_NAME[mistake.field], fields.LIST_COLUMNS[mistake.field]
        problem, remedy = name_list_rows.PROBLEM_TEXTS.get(mistake, (column.problem, column.remedy))
        text = f"{column.heading or field.label}: {problem} {remedy}"
        yield text.format(line=row.first) if mistake.wrong is name_list_rows.Problem.TWICE else text
    if row.state and not row.mistakes:
        yield str(labels.state_label(row.state).word)
    elif row.is_good:
        codes = name_list_rows.participant_values(row, "", "")
        for field in fields.FIELDS_IN_FORM_ORDER:
            if field.column and field.column.choices and codes[field.name]:
                yield field.format_stored(codes[field.name])


def bad_rows_csv(roster: models.Roster) -> HttpResponse:
    """Return the rows to correct as a CSV file that can be corrected and sent again."""
    headers = {"Content-Disposition": 'attachment; filename="to-mend.csv"'}
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
    writer = spreadsheet.TableWriter(response)
    column_names = name_list_rows.COLUMN_NAMES
    writer.writerow([*column_names, name_list_rows.LINE_COLUMN, name_list_rows.PROBLEM_COLUMN])
    for row in map(name_list_rows.ListRow.from_json, roster.rows):
        if row.mistakes:
            cells = [row.cells.get(name, "") for name in column_names]
            writer.writerow([*cells, row.number, " ".join(_row_messages(row))])
    return response


def read_name_list(form: forms.RosterForm, sender: models.Sender | None) -> actions.NameList:
    """Return the list in a form; a class has its school as sender. Errors: as `RosterForm.rows`."""
    data = form.cleaned_data
    cohort = data.get("cohort")
    return actions.NameList(
        form.rows(),
        country=data["country"],
        language=data["language"],
        sender=cohort.school if cohort else sender or data.get("sender"),
        cohort=cohort,
        is_together=data["is_together"],
    )


def initial_roster_values(edition: Edition, language: str) -> dict[str, str]:
    return {"country": edition.country_id, "language": language}
