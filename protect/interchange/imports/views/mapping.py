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
from protect.directory.protection.erasure import PLACE_COLUMNS
from protect.interchange import access
from protect.interchange.enums import ImportKind, ImportState
from protect.interchange.imports import forms, labels, proposal, staging
from protect.interchange.imports.actions import rows as import_rows, runs
from protect.interchange.imports.files import reader, tables
from protect.interchange.imports.values import code_words, terms
from protect.interchange.imports.views.runs import frame_context, start_time_budget
from protect.interchange.models import ImportRun
from protect.kernel import clock, text
from protect.orgs.access import scope_of
from protect.ui.forms import DeskForm
from protect.ui.pages import posted_data, render_form_page
from protect.vault.sessions.unlocked import Unlocked, get_unlocked

PREVIEW_ROWS = 3  # rows shown in the preview

type Step = Callable[[HttpRequest, ImportRun, Unlocked], HttpResponse]


def _mapping_step(view: Step) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """Return a view of a file in the state UPLOADED; other files are redirected to their page."""

    @transaction.non_atomic_requests
    @require_http_methods(["GET", "POST"])
    @wraps(view)
    def page(request: HttpRequest, pk: UUID) -> HttpResponse:
        keys = get_unlocked(request)
        run = access.get_import(scope_of(request), pk)
        if run.state != ImportState.UPLOADED:
            return redirect("interchange:import_run", pk)
        return view(request, run, keys)

    return page


def _show_step(
    request: HttpRequest, run: ImportRun, form: DeskForm, template: str, **context: Any
) -> HttpResponse:
    return render_form_page(request, template, form, frame_context(run) | context)


def _save_row_choice(
    request: HttpRequest, run: ImportRun, keys: Unlocked, form: DeskForm, template: str
) -> HttpResponse:
    """Save the sheet or the row of headings that was chosen in a form, or show the form again."""
    if form.is_valid():
        with form.showing_refusals():
            runs.choose_rows(scope_of(request), keys, run, **form.cleaned_data, at=clock.now())
            return redirect("interchange:import_map", run.pk)
    return _show_step(request, run, form, template)


@_mapping_step
def choose_import_encoding(request: HttpRequest, run: ImportRun, keys: Unlocked) -> HttpResponse:
    choices = list(_encoding_choices(runs.open_upload(keys, run)))
    form = forms.EncodingForm(posted_data(request), encodings=choices)
    if form.is_valid():
        with form.showing_refusals():
            chosen = form.cleaned_data["encoding"]
            runs.choose_encoding(scope_of(request), keys, run, chosen, at=clock.now())
            return redirect("interchange:import_map", run.pk)
    context = {"has_choices": bool(choices)}
    return _show_step(request, run, form, "interchange/import_encoding.html", **context)


@_mapping_step
def choose_import_sheet(request: HttpRequest, run: ImportRun, keys: Unlocked) -> HttpResponse:
    if run.kind != ImportKind.XLSX:
        return redirect("interchange:import_run", run.pk)
    sheets = reader.list_sheets(runs.open_upload(keys, run))
    form = forms.SheetForm(posted_data(request), sheets=sheets, initial={"sheet": run.sheet})
    return _save_row_choice(request, run, keys, form, "interchange/import_sheet.html")


@_mapping_step
def choose_heading_row(request: HttpRequest, run: ImportRun, keys: Unlocked) -> HttpResponse:
    if run.kind in tables.FEED_KINDS or run.sheet is None:
        return redirect("interchange:import_run", run.pk)
    form = forms.HeadingForm(posted_data(request), table=runs.read_table(keys, run))
    return _save_row_choice(request, run, keys, form, "interchange/import_heading.html")


@_mapping_step
def map_import_columns(request: HttpRequest, run: ImportRun, keys: Unlocked) -> HttpResponse:
    if run.sheet is None:
        return redirect("interchange:import_sheet", run.pk)
    file = runs.parse_file(keys, run)
    if file.is_feed:
        return redirect("interchange:import_words", run.pk)
    columns, rows = file.table.columns, file.table.rows
    left_out = [name for name in columns if name not in file.columns.values()]
    address_columns = {*file.address_columns, *proposal.suspected_columns(rows, {}, left_out)}
    form = forms.ColumnsForm(
        posted_data(request),
        columns=columns,
        rows=rows,
        proposed=file.columns,
        address_headings=address_columns,
    )
    if form.is_valid():
        with form.showing_refusals():
            chosen, marked_columns = form.chosen_columns(), form.chosen_address_columns()
            mapping = runs.ColumnMapping(chosen, columns, marked_columns, form.cleaned_data["ids"])
            runs.map_columns(scope_of(request), run, mapping, at=clock.now())
            return redirect("interchange:import_words", run.pk)
    left_out = [name for name in left_out if name not in address_columns]
    context = {"left_out": left_out, "heading": file.table.heading_row}
    return _show_step(request, run, form, "interchange/import_map.html", **context)


@_mapping_step
def map_import_words(request: HttpRequest, run: ImportRun, keys: Unlocked) -> HttpResponse:
    file = runs.parse_file(keys, run)
    plan = import_rows.staging_plan(run, file)
    rows = (staging.map_cells(row, plan) for row in file.table.rows)
    unknown_words = code_words.unknown_words(rows, file.word_mapping)
    form = forms.WordsForm(posted_data(request), unknown_words=unknown_words)
    if form.is_valid():
        with form.showing_refusals():
            if chosen_codes := form.chosen_codes():
                runs.map_words(scope_of(request), run, chosen_codes, at=clock.now())
                messages.success(request, _("The words have been saved for this source."))
            return redirect("interchange:import_prepare", run.pk)
    if not unknown_words:
        return redirect("interchange:import_prepare", run.pk)
    context = {
        "more": max(0, len(unknown_words) - len(form.words_by_key)),
        "has_kinds": any(word.column == "categories" for word in unknown_words),
    }
    return _show_step(request, run, form, "interchange/import_words.html", **context)


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def import_prepare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stage or validate rows for two seconds on each POST, which js/again.js repeats."""
    run = access.get_import(scope_of(request), pk)
    if request.method == "POST":
        run = _stage_or_validate(request, run)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse(_progress(run))
        return redirect("interchange:import_prepare", pk)
    if run.state not in {ImportState.UPLOADED, ImportState.MAPPED}:
        return redirect("interchange:import_run", pk)
    if not runs.is_mapped(run):
        return redirect("interchange:import_map", pk)
    # The preview parses the whole file, so it is shown only before the first batch.
    is_first = run.state == ImportState.UPLOADED and not run.prepared
    preview = _preview_context(request, run) if is_first else {}
    context = {**frame_context(run, step_number=3), **_progress(run), **preview}
    return render_form_page(request, "interchange/import_prepare.html", None, context)


def _stage_or_validate(request: HttpRequest, run: ImportRun) -> ImportRun:
    scope, at = scope_of(request), clock.now()
    if run.state == ImportState.UPLOADED:
        file = runs.parse_file(get_unlocked(request), run)
        return import_rows.stage_rows(scope, run, file, start_time_budget(), at=at)
    if run.state == ImportState.MAPPED:
        return import_rows.validate_rows(scope, run, start_time_budget(), at=at)
    return run


def _progress(run: ImportRun) -> dict[str, Any]:
    """Return the progress as numbers and as a sentence. Staging counts as the first half."""
    is_staging, total = run.state == ImportState.UPLOADED, max(run.total, 1)
    is_over = run.state not in {ImportState.UPLOADED, ImportState.MAPPED}
    done = run.prepared if is_staging else total + run.prepared
    # Translators: {done} and {of} are numbers of rows.
    stored, compared = _("Rows stored: {done} of {of}"), _("Rows compared: {done} of {of}")
    sentence = stored if is_staging else compared
    return {
        "done": 2 * total if is_over else done,
        "of": 2 * total,
        "said": sentence.format(done=run.prepared, of=run.total),
        "is_over": is_over,
        "has_begun": bool(run.prepared) or not is_staging,
    }


def _preview_context(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """Return the first rows under our columns, without place cells of shelters, and counts."""
    file = runs.parse_file(get_unlocked(request), run)
    plan = import_rows.staging_plan(run, file)
    rows = [Cells(staging.map_cells(row, plan)) for row in file.table.rows]
    shelter_count = sum(terms.is_shelter(cells) for cells in rows)
    first_rows = [(cells, terms.is_shelter(cells)) for cells in islice(rows, PREVIEW_ROWS)]
    sample = [
        (label, [_preview_cell(column, cells, is_shelter=hides) for cells, hides in first_rows])
        for column, label in labels.COLUMN_LABELS.items()
        if any(cells[column] for cells, _hides in first_rows)
    ]
    unnamed = import_rows.unmarked_columns(run, file)
    return {"sample": sample, "rows": len(rows), "hidden": shelter_count, "unnamed": unnamed}


def _preview_cell(column: str, cells: Cells, *, is_shelter: bool) -> str:
    """Return the text of a cell, or “never stored” if it tells a shelter's place."""
    if is_shelter and column in PLACE_COLUMNS and cells[column]:
        return _("never stored")  # For translators: in a table, instead of a shelter's address
    return cells[column]


def _encoding_choices(content: bytes) -> Iterator[tuple[str, SafeString]]:
    for name, lines in reader.sample_lines_by_encoding(content).items():
        isolated_lines = ((text.isolate_direction(line),) for line in lines)
        sample = format_html_join("", "<br><span>{}</span>", isolated_lines)
        yield name, format_html("<b>{}</b>{}", name, sample)
