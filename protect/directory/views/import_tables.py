"""Where the rows of a file are: in which sheet, and below which row of headings."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from protect.directory import access
from protect.directory.actions import import_runs
from protect.directory.enums import ImportKind, ImportState
from protect.directory.forms.import_tables import HeadingForm, SheetForm
from protect.directory.importing import sheets
from protect.directory.importing.files import FEEDS
from protect.directory.views.frame import show
from protect.directory.views.imports import frame_of
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.vault.actions.unlocked import unlocked


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def import_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, mine = scope_of(request), unlocked(request)
    run = access.get_import(scope, pk)
    if run.state != ImportState.UPLOADED or run.kind != ImportKind.XLSX:
        return redirect("directory:import_run", pk)
    found = sheets.listed(import_runs.content_of(mine, run))
    sent = request.POST if request.method == "POST" else None
    form = SheetForm(sent, sheets=found, initial={"sheet": run.sheet})
    if form.is_valid():
        with form.mending():
            sheet = form.cleaned_data["sheet"]
            import_runs.choose_rows(scope, mine, run, sheet=sheet, at=clock.now())
            return redirect("directory:import_map", pk)
    return show(request, "import_sheet.html", form, frame_of(run))


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def import_heading(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, mine = scope_of(request), unlocked(request)
    run = access.get_import(scope, pk)
    if run.state != ImportState.UPLOADED or run.kind in FEEDS or run.sheet is None:
        return redirect("directory:import_run", pk)
    sent = request.POST if request.method == "POST" else None
    form = HeadingForm(sent, table=import_runs.table_of(mine, run))
    if form.is_valid():
        with form.mending():
            heading = form.cleaned_data["heading"]
            import_runs.choose_rows(scope, mine, run, heading=heading, at=clock.now())
            return redirect("directory:import_map", pk)
    return show(request, "import_heading.html", form, frame_of(run))
