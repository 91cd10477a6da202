"""Lists of names: brought at the desk, and their page, there and by a sender's link."""

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

from protect.kernel import clock, spreadsheet
from protect.orgs.access import scope_of
from protect.trainings.base.pages import frame
from protect.trainings.registrations import access, fields, forms, labels, models, name_list_rows
from protect.trainings.registrations.actions import name_lists as actions
from protect.trainings.scheduling.access import get_planned
from protect.trainings.scheduling.models import Edition
from protect.ui.forms import DeskForm
from protect.ui.pagination import Paginator

THROW_AWAY = "throw_away"
PAGE = 100  # rows
GOOD, BAD, KNOWN = "good", "bad", "known"


@require_http_methods(["GET", "POST"])
def roster_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = get_planned(scope, pk)
    is_sent = request.method == "POST"
    form = forms.RosterForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        host=edition.host,
        initial=initial_values(edition, get_language() or "en"),
    )
    if form.is_valid():
        with form.mending():
            roster = actions.bring(edition, read_name_list(form, None), at=clock.now(), scope=scope)
            return redirect("trainings:roster", pk=roster.pk)
    return frame.show(request, "trainings/roster_new.html", form, {"edition": edition})


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def roster(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Registering a long list takes many transactions, so that other users do not wait for it."""
    scope = scope_of(request)
    roster = access.get_roster(scope, pk)
    form = DeskForm(frame.sent_data(request))
    if form.is_valid():
        with form.mending():
            if request.POST.get("deed") == THROW_AWAY:
                actions.throw_away(roster, at=clock.now(), scope=scope)
                message = _("The list is deleted. Registrations made from it stay.")
                return frame.done(request, message, "trainings:edition", roster.edition_id)
            number = actions.confirm(roster, at=clock.now(), scope=scope)
            # Translators: {number} people of a list were registered.
            message = _("Registered: {number}.").format(number=number)
            return frame.done(request, message, "trainings:roster", pk)
    context = {"edition": roster.edition, "listing": listing(request, roster)}
    return frame.show(request, "trainings/roster.html", form, context)


@require_safe
def roster_wrong(request: HttpRequest, pk: UUID) -> HttpResponse:
    return bad_rows(access.get_roster(scope_of(request), pk))


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as a page shows it: how many rows of each kind, and the chosen ones."""

    roster: models.Roster
    counts: Counter[str]
    shown: str
    page: Page[name_list_rows.Row]
    rows: list[tuple[name_list_rows.Row, list[str]]]  # with what is wrong, in words

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
        mistakes = (mistake for row, _messages in self.rows for mistake in row.mistakes)
        unknown = {name for name, wrong in mistakes if wrong is name_list_rows.Wrong.UNKNOWN}
        is_asked = any(fields.COLUMNS[name].choices for name in unknown)
        return name_list_rows.understood() if is_asked else []

    @property
    def has_words(self) -> bool:
        return any(messages for _row, messages in self.rows)


def listing(request: HttpRequest, roster: models.Roster) -> Listing:
    """Return what the address asks to see of a list; what is to mend comes first."""
    rows = [name_list_rows.Row.of(each) for each in roster.rows]
    counts = Counter(map(_kind_of, rows))
    first = next((kind for kind in (BAD, GOOD, KNOWN) if counts[kind]), GOOD)
    requested = request.GET.get("show", "")
    shown = requested if counts[requested] else first
    chosen = [row for row in rows if _kind_of(row) == shown]
    page = Paginator(chosen, PAGE).get_page(request.GET.get("page"))
    return Listing(roster, counts, shown, page, [(row, [*_row_messages(row)]) for row in page])


def _kind_of(row: name_list_rows.Row) -> str:
    if row.mistakes:
        return BAD
    return KNOWN if row.state else GOOD


def _row_messages(row: name_list_rows.Row) -> Iterator[str]:
    """Yield each error of a row as field, problem and remedy; or the state of its registration.
    For a good row: how profession, sector and age were understood."""
    for mistake in row.mistakes:
        field, column = fields.BY_NAME[mistake.field], fields.COLUMNS[mistake.field]
        problem, remedy = name_list_rows.PROBLEMS.get(mistake, (column.problem, column.remedy))
        text = f"{column.heading or field.label}: {problem} {remedy}"
        yield text.format(line=row.first) if mistake.wrong is name_list_rows.Wrong.TWICE else text
    if row.state and not row.mistakes:
        yield str(labels.registration_state(row.state).word)
    elif row.is_good:
        codes = name_list_rows.participant_fields(row, "", "")
        for field in fields.IN_FORM_ORDER:
            if field.column and field.column.choices and codes[field.name]:
                yield field.in_words(codes[field.name])


def bad_rows(roster: models.Roster) -> HttpResponse:
    """Return the rows to mend as a table that can be mended and brought again."""
    headers = {"Content-Disposition": 'attachment; filename="to-mend.csv"'}
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
    writer = spreadsheet.TableWriter(response)
    ours = name_list_rows.OURS
    writer.writerow([*ours, name_list_rows.LINE, name_list_rows.WRONG])
    for row in map(name_list_rows.Row.of, roster.rows):
        if row.mistakes:
            cells = [row.cells.get(each, "") for each in ours]
            writer.writerow([*cells, row.number, " ".join(_row_messages(row))])
    return response


def read_name_list(form: forms.RosterForm, sender: models.Sender | None) -> actions.NameList:
    """Return a list as its form describes it; a class is sent by its school.
    Errors: of `name_list_rows`; UploadRefused."""
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


def initial_values(edition: Edition, language: str) -> dict[str, str]:
    return {"country": edition.country_id, "language": language}
