from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.directory.protection.erasure import PLACE_COLUMNS
from protect.interchange import access, enums
from protect.interchange.imports import forms, labels, outcomes
from protect.interchange.imports.actions import rows
from protect.interchange.imports.files.columns import REASONS_COLUMN
from protect.interchange.imports.values import hours_proposal, place_names
from protect.interchange.imports.views.runs import frame_context, row_context
from protect.interchange.models import ImportRow, ImportRun
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.reference.lookup.index import PlaceRow
from protect.ui import spreadsheet
from protect.ui.pages import posted_data, render_form_page

ROWS_IN_MEMORY = 500  # bad rows that are read from the database at a time
MAX_PLACE_CHOICES = 8  # settlements of one name
HOURS_SUGGESTION, WHOLE_COUNTRY_SUGGESTION = "hours", "national"
BLANK_VALUES = frozenset({"", "none", "unknown", "no"})  # same as a blank cell
DECISIONS = {"file": True, "ours": False, "": None}  # submitted text → `takes_file`


@require_http_methods(["GET", "POST"])
def edit_import_row(request: HttpRequest, pk: UUID, line: int) -> HttpResponse:
    scope = scope_of(request)
    run = access.get_import(scope, pk)
    row = access.get_import_row(run, line)
    hidden = PLACE_COLUMNS if rows.has_hidden_location(row) else ()
    initial = {"seen": rows.cells_fingerprint(row.cells)}
    form = forms.RowForm(
        posted_data(request), cells=row.cells, hidden_columns=hidden, initial=initial
    )
    if form.is_valid():
        with form.showing_refusals():
            typed_cells, opened_fingerprint = form.submitted_cells(), form.cleaned_data["seen"]
            rows.edit_row(scope, run, line, typed_cells, opened_fingerprint, at=clock.now())
            messages.success(request, _("The row has been saved and checked again."))
            return redirect("interchange:import_row", pk, line)
    return render_form_page(
        request, "interchange/import_row.html", form, _row_page_context(run, row)
    )


@require_POST
def apply_row_suggestion(request: HttpRequest, pk: UUID, line: int) -> HttpResponse:
    """Apply a suggestion to a row: hours read from words, a town, or the whole country."""
    scope = scope_of(request)
    run = access.get_import(scope, pk)
    row = access.get_import_row(run, line)
    cells = _suggested_cells(run, row, request.POST.get("what", ""))
    if cells is not None:
        rows.edit_row(scope, run, line, cells, request.POST.get("seen", ""), at=clock.now())
        messages.success(request, _("The row has been saved and checked again."))
    return redirect("interchange:import_row", pk, line)


@require_POST
def decide_row_conflict(request: HttpRequest, pk: UUID, line: int) -> HttpResponse:
    scope = scope_of(request)
    run = access.get_import(scope, pk)
    access.get_import_row(run, line)
    takes_file = DECISIONS.get(request.POST.get("takes", ""))
    rows.decide_row(scope, run, line, takes_file=takes_file, at=clock.now())
    undecided = run.rows.filter(state=enums.RowState.CONFLICT, takes_file=None).exclude(line=line)
    next_row = undecided.filter(line__gt=line).order_by("line").first() or undecided.first()
    messages.success(request, _("Saved. The service will not change before the import is applied."))
    if next_row is None or takes_file is None:
        return redirect("interchange:import_run", pk)
    return redirect("interchange:import_row", pk, next_row.line)


@require_safe
def download_bad_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Download the bad rows with reasons, to be corrected in a spreadsheet and uploaded again."""
    run = access.get_import(scope_of(request), pk)
    columns = [*labels.COLUMN_LABELS, REASONS_COLUMN]
    name = content_disposition_header(True, f"mend-{run.source}.csv") or "attachment"
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
    writer = spreadsheet.RecordWriter(response, columns)
    writer.writeheader()
    bad_rows = run.rows.filter(state__in=[enums.RowState.ERROR, enums.RowState.CONFLICT])
    for row in bad_rows.order_by("line").iterator(chunk_size=ROWS_IN_MEMORY):
        writer.writerow({**row.cells, REASONS_COLUMN: _bad_row_reasons(row)})
    return response


def _bad_row_reasons(row: ImportRow) -> str:
    if row.state == enums.RowState.CONFLICT:
        return _("This service was edited or checked here after the last import.")
    refusing_troubles = (trouble for trouble in rows.row_troubles(row) if trouble.refuses)
    return " ".join(
        f"{trouble.column}: {trouble.problem} {trouble.remedy}" for trouble in refusing_troubles
    )


def _row_page_context(run: ImportRun, row: ImportRow) -> dict[str, object]:
    is_open = run.state == enums.ImportState.PREVIEWED
    is_hidden = rows.has_hidden_location(row)
    return {
        **frame_context(run),
        **row_context(row),
        "is_editable": is_open,
        "is_hidden": is_hidden,
        "seen": rows.cells_fingerprint(row.cells),
        "hours": _suggested_hours(run, row) if is_open else "",
        "words": row.cells.get("opening_hours", ""),
        "places": [] if is_hidden or not is_open else _suggested_places(run, row),
        "both": list(_differing_values(row)) if row.state == enums.RowState.CONFLICT else [],
    }


def _suggested_hours(run: ImportRun, row: ImportRow) -> str:
    """Return the hours that a row's unreadable words seem to mean; "" if readable or unclear."""
    text = row.cells.get("opening_hours", "")
    if not any(trouble.code == "hours_bad" for trouble in rows.row_troubles(row)):
        return ""
    return hours_proposal.propose_hours(text, run.organisation.country)


def _suggested_places(run: ImportRun, row: ImportRow) -> list[PlaceRow]:
    """Return the settlements that a city may mean; none unless it is unknown or ambiguous."""
    codes = {trouble.code for trouble in rows.row_troubles(row)}
    if not codes & {"place_ambiguous", "place_unknown"}:
        return []
    city, country = row.cells.get("city", ""), run.organisation.country
    return list(place_names.load_atlas().places.find(city, country, limit=MAX_PLACE_CHOICES).best)


def _suggested_cells(run: ImportRun, row: ImportRow, suggestion: str) -> dict[str, str] | None:
    """Return the cells of the suggestion that the user chose; None if it does not exist."""
    if suggestion == HOURS_SUGGESTION and (hours := _suggested_hours(run, row)):
        return {"opening_hours": hours}
    if rows.has_hidden_location(row):
        return None
    if suggestion == WHOLE_COUNTRY_SUGGESTION:
        return dict.fromkeys(PLACE_COLUMNS, "") | {"area_served": "national"}
    for place in _suggested_places(run, row):
        if suggestion == str(place.id):
            point = {"latitude": str(place.latitude), "longitude": str(place.longitude)}
            return {"city": place.name, **point}
    return None


def _differing_values(row: ImportRow) -> Iterator[tuple[object, str, str]]:
    """Yield label, stored value and file value of each column that differs."""
    if row.service is None:
        return
    stored_cells = outcomes.directory_cells(row.service)
    for column, label in labels.COLUMN_LABELS.items():
        stored_value, file_value = stored_cells.get(column, ""), row.cells.get(column, "")
        if column in stored_cells and _list_values(stored_value) != _list_values(file_value):
            yield label, stored_value, file_value


def _list_values(text: str) -> set[str]:
    """Return the parts of a list cell, without blank values and the mark “|voice”."""
    return {part.strip().removesuffix("|voice") for part in text.split(";")} - BLANK_VALUES
