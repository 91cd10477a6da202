"""One row of an import: what is wrong with it, mending it, deciding a conflict; the bad rows."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.directory.protection.erasure import SPOT_COLUMNS
from protect.interchange import access, enums
from protect.interchange.imports import forms, labels, outcomes
from protect.interchange.imports.actions import rows
from protect.interchange.imports.files.columns import REASONS
from protect.interchange.imports.values import hours_proposal, place_names
from protect.interchange.imports.views.runs import frame_of, shown_row
from protect.interchange.models import ImportRow, ImportRun
from protect.kernel import clock, spreadsheet
from protect.orgs.access import scope_of
from protect.reference.lookup.index import PlaceRow
from protect.ui.pages import sent_data, show

ROWS = 500  # of bad rows that are in memory at once
CHOICES = 8  # places of one name
HOURS, NATIONAL = "hours", "national"
NOTHING = frozenset({"", "none", "unknown", "no"})  # what a cell says that is blank as well
DECISIONS = {"file": True, "ours": False, "": None}


@require_http_methods(["GET", "POST"])
def import_row(request: HttpRequest, pk: UUID, line: int) -> HttpResponse:
    scope = scope_of(request)
    run = access.get_import(scope, pk)
    row = access.get_import_row(run, line)
    hidden = SPOT_COLUMNS if rows.is_hidden(row) else ()
    seen = {"seen": rows.mark_of(row.cells)}
    form = forms.RowForm(sent_data(request), cells=row.cells, hidden=hidden, initial=seen)
    if form.is_valid():
        with form.mending():
            typed, seen_then = form.typed(), form.cleaned_data["seen"]
            rows.edit_row(scope, run, line, typed, seen_then, at=clock.now())
            messages.success(request, _("The row was saved and checked again."))
            return redirect("interchange:import_row", pk, line)
    return show(request, "interchange/import_row.html", form, _page(run, row))


@require_POST
def import_row_take(request: HttpRequest, pk: UUID, line: int) -> HttpResponse:
    """Take a proposal: hours that are read from words, or one of the places of a name."""
    scope = scope_of(request)
    run = access.get_import(scope, pk)
    row = access.get_import_row(run, line)
    cells = _chosen(run, row, request.POST.get("what", ""))
    if cells is not None:
        rows.edit_row(scope, run, line, cells, request.POST.get("seen", ""), at=clock.now())
        messages.success(request, _("The row was saved and checked again."))
    return redirect("interchange:import_row", pk, line)


@require_POST
def import_row_decide(request: HttpRequest, pk: UUID, line: int) -> HttpResponse:
    scope = scope_of(request)
    run = access.get_import(scope, pk)
    access.get_import_row(run, line)
    takes_file = DECISIONS.get(request.POST.get("takes", ""))
    rows.decide_row(scope, run, line, takes_file=takes_file, at=clock.now())
    waiting = run.rows.filter(state=enums.RowState.CONFLICT, takes_file=None).exclude(line=line)
    following = waiting.filter(line__gt=line).order_by("line").first() or waiting.first()
    messages.success(request, _("It is decided. Nothing is changed before the file is applied."))
    if following is None or takes_file is None:
        return redirect("interchange:import_run", pk)
    return redirect("interchange:import_row", pk, following.line)


@require_safe
def import_bad_rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Download the bad rows with reasons, to be corrected in a spreadsheet and uploaded again."""
    run = access.get_import(scope_of(request), pk)
    columns = [*labels.LABELS, REASONS]
    name = content_disposition_header(True, f"mend-{run.source}.csv") or "attachment"
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
    writer = spreadsheet.RecordWriter(response, columns)
    writer.writeheader()
    bad = run.rows.filter(state__in=[enums.RowState.ERROR, enums.RowState.CONFLICT])
    for row in bad.order_by("line").iterator(chunk_size=ROWS):
        writer.writerow({**row.cells, REASONS: _reasons(row)})
    return response


def _reasons(row: ImportRow) -> str:
    if row.state == enums.RowState.CONFLICT:
        return _("This service was edited or checked here since the last file.")
    refusals = (each for each in rows.troubles_of(row) if each.refuses)
    return " ".join(f"{each.column}: {each.problem} {each.remedy}" for each in refusals)


def _page(run: ImportRun, row: ImportRow) -> dict[str, object]:
    is_open = run.state == enums.ImportState.PREVIEWED
    is_hidden = rows.is_hidden(row)
    return {
        **frame_of(run),
        **shown_row(row),
        "is_editable": is_open,
        "is_hidden": is_hidden,
        "seen": rows.mark_of(row.cells),
        "hours": _hours(run, row) if is_open else "",
        "words": row.cells.get("opening_hours", ""),
        "places": [] if is_hidden or not is_open else _places(run, row),
        "both": list(_both(row)) if row.state == enums.RowState.CONFLICT else [],
    }


def _hours(run: ImportRun, row: ImportRow) -> str:
    """Return hours that the words of a row seem to mean, "" where they can be read as they are."""
    text = row.cells.get("opening_hours", "")
    unread = any(each.code == "hours_bad" for each in rows.troubles_of(row))
    return hours_proposal.propose_hours(text, run.organisation.country) if unread else ""


def _places(run: ImportRun, row: ImportRow) -> list[PlaceRow]:
    codes = {each.code for each in rows.troubles_of(row)}
    if not codes & {"place_ambiguous", "place_unknown"}:
        return []
    city, country = row.cells.get("city", ""), run.organisation.country
    return list(place_names.load_atlas().places.find(city, country, limit=CHOICES).best)


def _chosen(run: ImportRun, row: ImportRow, what: str) -> dict[str, str] | None:
    """Return the cells that a proposal means; None for one that is not there."""
    if what == HOURS and (hours := _hours(run, row)):
        return {"opening_hours": hours}
    if rows.is_hidden(row):
        return None
    if what == NATIONAL:
        return dict.fromkeys(SPOT_COLUMNS, "") | {"area_served": "national"}
    for place in _places(run, row):
        if what == str(place.id):
            point = {"latitude": str(place.latitude), "longitude": str(place.longitude)}
            return {"city": place.name, **point}
    return None


def _both(row: ImportRow) -> Iterator[tuple[object, str, str]]:
    if row.service is None:
        return
    ours = outcomes.stated_of(row.service)
    for column, label in labels.LABELS.items():
        here, there = ours.get(column, ""), row.cells.get(column, "")
        if column in ours and _list_values(here) != _list_values(there):
            yield label, here, there


def _list_values(text: str) -> set[str]:
    return {part.strip().removesuffix("|voice") for part in text.split(";")} - NOTHING
