"""Where the rows of a file are: in which sheet, and below which row of headings."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from protect.interchange import access
from protect.interchange.enums import ImportKind, ImportState
from protect.interchange.imports.actions import runs
from protect.interchange.imports.files import sheets
from protect.interchange.imports.files.tables import FEEDS
from protect.interchange.imports.forms.tables import HeadingForm, SheetForm
from protect.interchange.imports.views.runs import frame_of
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import show
from protect.vault.actions.unlocked import unlocked


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def import_sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, mine = scope_of(request), unlocked(request)
    run = access.get_import(scope, pk)
    if run.state != ImportState.UPLOADED or run.kind != ImportKind.XLSX:
        return redirect("interchange:import_run", pk)
    found = sheets.listed(runs.content_of(mine, run))
    sent = request.POST if request.method == "POST" else None
    form = SheetForm(sent, sheets=found, initial={"sheet": run.sheet})
    if form.is_valid():
        with form.mending():
            sheet = form.cleaned_data["sheet"]
            runs.choose_rows(scope, mine, run, sheet=sheet, at=clock.now())
            return redirect("interchange:import_map", pk)
    return show(request, "interchange/import_sheet.html", form, frame_of(run))


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def import_heading(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, mine = scope_of(request), unlocked(request)
    run = access.get_import(scope, pk)
    if run.state != ImportState.UPLOADED or run.kind in FEEDS or run.sheet is None:
        return redirect("interchange:import_run", pk)
    sent = request.POST if request.method == "POST" else None
    form = HeadingForm(sent, table=runs.table_of(mine, run))
    if form.is_valid():
        with form.mending():
            heading = form.cleaned_data["heading"]
            runs.choose_rows(scope, mine, run, heading=heading, at=clock.now())
            return redirect("interchange:import_map", pk)
    return show(request, "interchange/import_heading.html", form, frame_of(run))
