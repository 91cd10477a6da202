import time
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory import access as directory_access, desk
from protect.directory.facts.base.cells import RowProblem
from protect.interchange import access, errors, models
from protect.interchange.enums import ImportState, RowState
from protect.interchange.imports import forms, labels
from protect.interchange.imports.actions import apply, rows as import_rows, runs
from protect.interchange.imports.parsers.limits import MAX_FILE_MEGABYTES, MEGABYTE
from protect.kernel import clock, text
from protect.orgs.access import scope_of
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.ui.pages import render_form_page
from protect.ui.pagination import Paginator
from protect.uploads.errors import UploadRefused
from protect.uploads.upload_handler import content_of

PAGE_SIZE = 50  # imports or rows on a page
SECONDS = 2.0  # of work in one request
STEP_NUMBERS = {  # the step of a run, from 1
    ImportState.UPLOADED: 2,
    ImportState.MAPPED: 3,
    ImportState.PREVIEWED: 3,
    ImportState.APPLYING: 4,
    ImportState.APPLIED: 5,
    ImportState.DISCARDED: 5,
}
CONTINUE_URL_NAMES = {  # the page that continues the work
    ImportState.MAPPED: "interchange:import_prepare",
    ImportState.APPLYING: "interchange:import_apply",
}


@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    directory_access.require_permission_anywhere(scope, Permission.EDIT_DIRECTORY)
    page = Paginator(access.visible_imports(scope), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(run, labels.KIND_LABELS[run.kind], *labels.STATE_LABELS[run.state]) for run in page]
    context = {"page": page, "rows": rows}
    return desk.show_tab(request, "interchange/import_list.html", desk.IMPORTS, None, context)


@require_safe
def import_upload_form(request: HttpRequest) -> HttpResponse:
    form = forms.UploadForm(organisations=_organisation_choices(scope_of(request)))
    return _show_upload_form(request, form)


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def import_upload(request: HttpRequest) -> HttpResponse:
    """Store an uploaded file. Parsing takes seconds, so no transaction is open meanwhile."""
    scope = scope_of(request)
    organisations = _organisation_choices(scope)
    if request.method == "GET":  # a user returns here after unlocking
        return redirect("interchange:import_new")
    form = forms.UploadForm(request.POST, request.FILES, organisations=organisations)
    if form.is_valid():
        with form.showing_refusals():
            source, file = form.cleaned_data["source"], form.cleaned_data["file"]
            upload = runs.Upload(source, file.name or "", _read_upload(file))
            organisation = Organisation.objects.get(pk=form.cleaned_data["organisation"])
            run = runs.begin(scope, organisation, upload, at=clock.now())
            return redirect("interchange:import_run", run.pk)
    return _show_upload_form(request, form)


@require_safe
def show_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = access.get_import(scope_of(request), pk)
    if run.state == ImportState.UPLOADED and run.by_id == scope_of(request).user_id:
        return redirect(next_mapping_step_url_name(run), run.pk)
    if run.state in CONTINUE_URL_NAMES:
        return redirect(CONTINUE_URL_NAMES[ImportState(run.state)], run.pk)
    if run.state not in {ImportState.PREVIEWED, ImportState.APPLIED}:
        return render_form_page(request, "interchange/import_ended.html", None, frame_context(run))
    context = frame_context(run) | _rows_context(request, run)
    return render_form_page(request, "interchange/import_preview.html", None, context)


@require_http_methods(["GET", "POST"])
def import_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for confirmation; on POST, delete the file and the rows of an import."""
    scope = scope_of(request)
    run = access.get_import(scope, pk)
    if request.method == "POST":
        runs.discard_import(scope, run, at=clock.now())
        messages.success(request, _("The import has been discarded."))
        return redirect("interchange:import_list")
    if run.state not in runs.UNFINISHED_STATES:
        return redirect("interchange:import_run", pk)
    context = {
        "question": _("Discard this import?"),
        "effects": [
            _("The file and its rows will be deleted, including your corrections and decisions."),
            _(
                "Rows that were already applied stay in the directory. The other rows will "
                "not be applied."
            )
            if run.state == ImportState.APPLYING
            else _("No service will change."),
            _("The mapping of its columns will be kept for the next file from this source."),
        ],
        "verb": _("Discard import"),
        "is_danger": True,
        "back": reverse("interchange:import_run", args=[pk]),
    }
    return render_form_page(
        request, "interchange/import_confirm.html", None, frame_context(run) | context
    )


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def import_apply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for confirmation; apply rows for two seconds on each POST, which js/again.js repeats."""
    run = access.get_import(scope_of(request), pk)
    if request.method == "POST":
        run = _apply_batches(request, run)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse(_applying_progress(run))
        return redirect("interchange:import_apply", pk)
    if run.state == ImportState.APPLYING:
        context = frame_context(run) | _applying_progress(run)
        return render_form_page(request, "interchange/import_applying.html", None, context)
    if run.state != ImportState.PREVIEWED:
        return redirect("interchange:import_run", pk)
    context = {
        # Translators: {name} is the name of a file.
        "question": _("Apply “{name}” to the directory?").format(
            name=text.plain_isolated_name(run.name)
        ),
        "effects": list(labels.effect_sentences(apply.import_effects(run))),
        "undo": _(
            "You cannot undo this in one step. The rows are applied in batches: if this is "
            "interrupted, it continues where it stopped, and no row is applied twice."
        ),
        "verb": _("Apply import"),
        "back": reverse("interchange:import_run", args=[pk]),
    }
    context = frame_context(run, step_number=4) | context
    return render_form_page(request, "interchange/import_confirm.html", None, context)


def next_mapping_step_url_name(run: models.ImportRun) -> str:
    if run.encoding == runs.UNCLEAR_ENCODING:
        return "interchange:import_encoding"
    if run.sheet is None:
        return "interchange:import_sheet"
    return "interchange:import_prepare" if run.mapping else "interchange:import_map"


def frame_context(run: models.ImportRun, step_number: int = 0) -> dict[str, object]:
    """Return the context that all pages of an import share. `step_number` 0: by its state."""
    return {
        "run": run,
        "kind": labels.KIND_LABELS[run.kind],
        "state": labels.STATE_LABELS[run.state],
        "steps": labels.STEPS,
        "here": step_number or STEP_NUMBERS[ImportState(run.state)],
        "is_open": run.state in runs.UNFINISHED_STATES,
    }


def start_time_budget() -> Callable[[], bool]:
    """Return a function that returns whether time is left. The time starts now."""
    ends = time.monotonic() + SECONDS
    return lambda: time.monotonic() < ends


def row_context(row: models.ImportRow) -> dict[str, object]:
    shape, word = labels.ROW_STATE_LABELS[row.state]
    return {
        "row": row,
        # Translators: of a row of a file that names no service.
        "name": row.cells.get("service") or row.source_id or _("no name"),
        "organisation": row.cells.get("organisation", ""),
        "shape": shape,
        "word": word,
        "troubles": [_trouble_context(trouble) for trouble in import_rows.row_troubles(row)],
    }


def _trouble_context(trouble: RowProblem) -> dict[str, object]:
    columns = filter(None, trouble.column.split(", "))
    return {
        "where": ", ".join(str(labels.COLUMN_LABELS.get(column, column)) for column in columns),
        "problem": trouble.problem,
        "remedy": trouble.remedy,
        "refuses": trouble.refuses,
    }


def _show_upload_form(request: HttpRequest, form: forms.UploadForm) -> HttpResponse:
    return render_form_page(
        request, "interchange/import_new.html", form, {"steps": labels.STEPS, "here": 1}
    )


def _read_upload(uploaded_file: UploadedFile[bytes]) -> bytes:
    """Return the content of a file. Errors: FileTooLarge, also if the request was too large."""
    try:
        return content_of(uploaded_file)
    except UploadRefused:
        size = -(-(uploaded_file.size or 0) // MEGABYTE)
        raise errors.FileTooLarge(found=size, unit="MB", limit=MAX_FILE_MEGABYTES) from None


def _organisation_choices(scope: Scope) -> list[tuple[str, str]]:
    """Return the organisations for which the user edits entries. Errors: PermissionDenied."""
    directory_access.require_permission_anywhere(scope, Permission.EDIT_DIRECTORY)
    keys = scope.organisations_where(Permission.EDIT_DIRECTORY)
    rows = Organisation.objects.filter(pk__in=keys, state=OrganisationState.ACTIVE)
    return [(str(row.pk), row.name) for row in rows.order_by("name", "pk")]


def _rows_context(request: HttpRequest, run: models.ImportRun) -> dict[str, object]:
    requested = request.GET.get("state", "")
    selected_state = requested if requested in RowState.values else ""
    rows = run.rows.select_related("service")
    filtered_rows = rows.filter(state=selected_state) if selected_state else rows
    page = Paginator(filtered_rows.order_by("line"), PAGE_SIZE).get_page(request.GET.get("page"))
    counts = [
        (code, shape, word, run.counts.get(code, 0), code == selected_state)
        for code, (shape, word) in labels.ROW_STATE_LABELS.items()
        if run.counts.get(code, 0)
    ]
    return {
        "page": page,
        "rows": [row_context(row) for row in page],
        "counts": counts,
        "wanted": selected_state,
        "effects": apply.import_effects(run) if run.state == ImportState.PREVIEWED else None,
        "has_bad": bool(run.counts.get(RowState.ERROR) or run.counts.get(RowState.CONFLICT)),
    }


def _apply_batches(request: HttpRequest, run: models.ImportRun) -> models.ImportRun:
    scope, at = scope_of(request), clock.now()
    if run.state != ImportState.APPLYING:
        run = apply.begin_applying(scope, run, at=at)
    run = apply.apply_rows(scope, run, start_time_budget(), at=at)
    if run.state == ImportState.APPLIED:
        messages.success(request, _("The file has been applied. New services wait for review."))
    return run


def _applying_progress(run: models.ImportRun) -> dict[str, object]:
    sentence = _("Rows applied: {done} of {of}")  # For translators: {done}, {of}: numbers of rows
    return {
        "done": run.prepared,
        "of": run.total,
        "said": sentence.format(done=run.prepared, of=run.total),
        "is_over": run.state != ImportState.APPLYING,
    }
