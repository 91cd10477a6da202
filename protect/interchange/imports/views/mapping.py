"""The mapping of a file: encoding, columns, words; then its rows are staged and judged."""

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.directory.facts.base.cells import Cells
from protect.directory.protection.erasure import SPOT_COLUMNS
from protect.interchange import access
from protect.interchange.enums import ImportKind, ImportState
from protect.interchange.imports import forms, labels, proposal, staging
from protect.interchange.imports.actions import rows as import_rows, runs
from protect.interchange.imports.files import reader, tables
from protect.interchange.imports.values import code_words, terms
from protect.interchange.imports.views.runs import for_a_while, frame_of
from protect.interchange.models import ImportRun
from protect.kernel import clock
from protect.kernel.text import isolated
from protect.orgs.access import scope_of
from protect.ui.forms import DeskForm
from protect.ui.pages import sent_data, show
from protect.vault.sessions.unlocked import Unlocked, unlocked

SHOWN = 3  # rows of a preview

type Step = Callable[[HttpRequest, ImportRun, Unlocked], HttpResponse]


def _mapping_step(view: Step) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """Return a view about a file that is not mapped yet; of others it shows how they stand."""

    @transaction.non_atomic_requests
    @require_http_methods(["GET", "POST"])
    @wraps(view)
    def page(request: HttpRequest, pk: UUID) -> HttpResponse:
        mine = unlocked(request)
        run = access.get_import(scope_of(request), pk)
        if run.state != ImportState.UPLOADED:
            return redirect("interchange:import_run", pk)
        return view(request, run, mine)

    return page


def _show(
    request: HttpRequest, run: ImportRun, form: DeskForm, template: str, **context: Any
) -> HttpResponse:
    return show(request, template, form, frame_of(run) | context)


def _choose_rows(
    request: HttpRequest, run: ImportRun, mine: Unlocked, form: DeskForm, template: str
) -> HttpResponse:
    """Keep what a form chose: the sheet, or the row of headings."""
    if form.is_valid():
        with form.mending():
            runs.choose_rows(scope_of(request), mine, run, **form.cleaned_data, at=clock.now())
            return redirect("interchange:import_map", run.pk)
    return _show(request, run, form, template)


@_mapping_step
def import_encoding(request: HttpRequest, run: ImportRun, mine: Unlocked) -> HttpResponse:
    choices = list(_encodings(runs.content_of(mine, run)))
    form = forms.EncodingForm(sent_data(request), encodings=choices)
    if form.is_valid():
        with form.mending():
            chosen = form.cleaned_data["encoding"]
            runs.choose_encoding(scope_of(request), mine, run, chosen, at=clock.now())
            return redirect("interchange:import_map", run.pk)
    return _show(request, run, form, "interchange/import_encoding.html", has_choices=bool(choices))


@_mapping_step
def import_sheet(request: HttpRequest, run: ImportRun, mine: Unlocked) -> HttpResponse:
    if run.kind != ImportKind.XLSX:
        return redirect("interchange:import_run", run.pk)
    sheets = reader.sheets_of(runs.content_of(mine, run))
    form = forms.SheetForm(sent_data(request), sheets=sheets, initial={"sheet": run.sheet})
    return _choose_rows(request, run, mine, form, "interchange/import_sheet.html")


@_mapping_step
def import_heading(request: HttpRequest, run: ImportRun, mine: Unlocked) -> HttpResponse:
    if run.kind in tables.FEEDS or run.sheet is None:
        return redirect("interchange:import_run", run.pk)
    form = forms.HeadingForm(sent_data(request), table=runs.table_of(mine, run))
    return _choose_rows(request, run, mine, form, "interchange/import_heading.html")


@_mapping_step
def import_map(request: HttpRequest, run: ImportRun, mine: Unlocked) -> HttpResponse:
    if run.sheet is None:
        return redirect("interchange:import_sheet", run.pk)
    file = runs.parse_file(mine, run)
    if file.is_feed:
        return redirect("interchange:import_words", run.pk)
    columns, lines = file.table.columns, file.table.lines
    left_out = [name for name in columns if name not in file.columns.values()]
    places = {*file.places, *proposal.strays(lines, {}, left_out)}
    form = forms.ColumnsForm(
        sent_data(request), columns=columns, lines=lines, proposed=file.columns, places=places
    )
    if form.is_valid():
        with form.mending():
            mapping = runs.ColumnMapping(
                form.chosen(), columns, form.places_chosen(), form.cleaned_data["ids"]
            )
            runs.map_columns(scope_of(request), run, mapping, at=clock.now())
            return redirect("interchange:import_words", run.pk)
    context = {
        "left_out": [name for name in left_out if name not in places],
        "heading": file.table.heading,
    }
    return _show(request, run, form, "interchange/import_map.html", **context)


@_mapping_step
def import_words(request: HttpRequest, run: ImportRun, mine: Unlocked) -> HttpResponse:
    file = runs.parse_file(mine, run)
    plan = import_rows.plan_of(run, file)
    rows = (staging.cells_of(row, plan) for row in file.table.lines)
    strange = code_words.unknown_words(rows, file.chosen)
    form = forms.WordsForm(sent_data(request), strange=strange)
    if form.is_valid():
        with form.mending():
            if chosen := form.chosen():
                runs.map_words(scope_of(request), run, chosen, at=clock.now())
                messages.success(request, _("The words are remembered for this source."))
            return redirect("interchange:import_prepare", run.pk)
    if not strange:
        return redirect("interchange:import_prepare", run.pk)
    more = max(0, len(strange) - len(form.words_by_key))
    has_kinds = any(each.column == "categories" for each in strange)
    return _show(
        request, run, form, "interchange/import_words.html", more=more, has_kinds=has_kinds
    )


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def import_prepare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Each POST does about two seconds of rows; js/again.js posts again until nothing is left."""
    scope = scope_of(request)
    run = access.get_import(scope, pk)
    if request.method == "POST":
        run = _work(request, run)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse(_progress(run))
        return redirect("interchange:import_prepare", pk)
    if run.state not in {ImportState.UPLOADED, ImportState.MAPPED}:
        return redirect("interchange:import_run", pk)
    if not runs.is_mapped(run):
        return redirect("interchange:import_map", pk)
    # The whole file is read for it: not once more between two steps of one work.
    is_first = run.state == ImportState.UPLOADED and not run.prepared
    context = frame_of(run, here=3) | _progress(run) | (_preview(request, run) if is_first else {})
    return show(request, "interchange/import_prepare.html", None, context)


def _work(request: HttpRequest, run: ImportRun) -> ImportRun:
    scope, at = scope_of(request), clock.now()
    if run.state == ImportState.UPLOADED:
        file = runs.parse_file(unlocked(request), run)
        return import_rows.stage_rows(scope, run, file, for_a_while(), at=at)
    if run.state == ImportState.MAPPED:
        return import_rows.judge(scope, run, for_a_while(), at=at)
    return run


def _progress(run: ImportRun) -> dict[str, Any]:
    """Return how far it has come, in numbers and in words. Taking in is the first half."""
    is_taking, total = run.state == ImportState.UPLOADED, max(run.total, 1)
    is_over = run.state not in {ImportState.UPLOADED, ImportState.MAPPED}
    done = run.prepared if is_taking else total + run.prepared
    # Translators: {done} and {of} are numbers of rows.
    sentence = _("Rows kept: {done} of {of}") if is_taking else _("Rows compared: {done} of {of}")
    return {
        "done": 2 * total if is_over else done,
        "of": 2 * total,
        "said": sentence.format(done=run.prepared, of=run.total),
        "is_over": is_over,
        "has_begun": bool(run.prepared) or not is_taking,
    }


def _preview(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """Return the first rows under our columns. Where a shelter is, is not shown either."""
    file = runs.parse_file(unlocked(request), run)
    plan = import_rows.plan_of(run, file)
    rows = [Cells(staging.cells_of(row, plan)) for row in file.table.lines]
    hidden = sum(terms.is_shelter(cells) for cells in rows)
    first = [(cells, terms.is_shelter(cells)) for cells in islice(rows, SHOWN)]
    sample = [
        (label, [_shown(ours, cells, is_hidden=hides) for cells, hides in first])
        for ours, label in labels.LABELS.items()
        if any(cells[ours] for cells, _hides in first)
    ]
    unnamed = import_rows.unnamed_places(run, file)
    return {"sample": sample, "rows": len(rows), "hidden": hidden, "unnamed": unnamed}


def _shown(ours: str, cells: Cells, *, is_hidden: bool) -> str:
    if is_hidden and ours in SPOT_COLUMNS and cells[ours]:
        # Translators: stands in a table where the address of a shelter would stand.
        return _("never stored")
    return cells[ours]


def _encodings(content: bytes) -> Iterator[tuple[str, SafeString]]:
    for name, lines in reader.telling_lines(content).items():
        shown = format_html_join("", "<br><span>{}</span>", ((isolated(line),) for line in lines))
        yield name, format_html("<b>{}</b>{}", name, shown)
