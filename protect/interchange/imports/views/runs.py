"""Pages for imports of services: list, upload, state, application, discard."""

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
from protect.directory.facts.base.cells import Trouble
from protect.interchange import access, errors
from protect.interchange.enums import ImportState, RowState
from protect.interchange.imports import forms, labels
from protect.interchange.imports.actions import apply, rows as import_rows, runs
from protect.interchange.imports.parsers.limits import MEGABYTE, MOST_MEGABYTES
from protect.interchange.models import ImportRow, ImportRun
from protect.kernel import clock
from protect.kernel.text import plain_name
from protect.orgs.access import scope_of
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.ui.pages import show
from protect.ui.pagination import Paginator
from protect.uploads.errors import UploadRefused
from protect.uploads.upload_handler import content_of

PAGE = 50  # imports or rows
SECONDS = 2.0  # of work before a page answers
HERE = {  # the step of a run, from 1
    ImportState.UPLOADED: 2,
    ImportState.MAPPED: 3,
    ImportState.PREVIEWED: 3,
    ImportState.APPLYING: 4,
    ImportState.APPLIED: 5,
    ImportState.DISCARDED: 5,
}
GOES_ON = {  # the page on which work goes on
    ImportState.MAPPED: "interchange:import_prepare",
    ImportState.APPLYING: "interchange:import_apply",
}


@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    directory_access.must_somewhere(scope, Permission.EDIT_DIRECTORY)
    page = Paginator(access.imports_of(scope), PAGE).get_page(request.GET.get("page"))
    rows = [(run, labels.KINDS[run.kind], *labels.STATES[run.state]) for run in page]
    context = {"page": page, "rows": rows}
    return desk.show_tab(request, "interchange/import_list.html", desk.IMPORTS, None, context)


@require_safe
def import_new(request: HttpRequest) -> HttpResponse:
    return _new(request, forms.UploadForm(organisations=_organisations(scope_of(request))))


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def import_upload(request: HttpRequest) -> HttpResponse:
    """Reading takes seconds: no transaction waits for it."""
    scope = scope_of(request)
    organisations = _organisations(scope)
    if request.method == "GET":  # a user returns here after unlocking
        return redirect("interchange:import_new")
    form = forms.UploadForm(request.POST, request.FILES, organisations=organisations)
    if form.is_valid():
        with form.mending():
            sent = form.cleaned_data["file"]
            upload = runs.Upload(form.cleaned_data["source"], sent.name or "", _content(sent))
            office = Organisation.objects.get(pk=form.cleaned_data["organisation"])
            run = runs.begin_import(scope, office, upload, at=clock.now())
            return redirect("interchange:import_run", run.pk)
    return _new(request, form)


@require_safe
def import_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    run = access.get_import(scope_of(request), pk)
    if run.state == ImportState.UPLOADED and run.by_id == scope_of(request).user_id:
        return redirect(next_step(run), run.pk)
    if run.state in GOES_ON:
        return redirect(GOES_ON[ImportState(run.state)], run.pk)
    if run.state not in {ImportState.PREVIEWED, ImportState.APPLIED}:
        return show(request, "interchange/import_ended.html", None, frame_of(run))
    context = frame_of(run) | _rows(request, run)
    return show(request, "interchange/import_preview.html", None, context)


@require_http_methods(["GET", "POST"])
def import_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    run = access.get_import(scope, pk)
    if request.method == "POST":
        runs.discard_import(scope, run, at=clock.now())
        messages.success(request, _("The import was discarded."))
        return redirect("interchange:import_list")
    if run.state not in runs.UNFINISHED:
        return redirect("interchange:import_run", pk)
    context = {
        "question": _("Discard this import?"),
        "effects": [
            _("The file and its rows are deleted, also what you mended and decided here."),
            _("What was applied already, stays; the rest is not written.")
            if run.state == ImportState.APPLYING
            else _("No service is changed."),
            _("What its columns mean stays remembered for the next file of this source."),
        ],
        "verb": _("Discard import"),
        "is_danger": True,
        "back": reverse("interchange:import_run", args=[pk]),
    }
    return show(request, "interchange/import_confirm.html", None, frame_of(run) | context)


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def import_apply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Each POST writes about two seconds of rows; js/again.js posts again until none is left."""
    scope = scope_of(request)
    run = access.get_import(scope, pk)
    if request.method == "POST":
        run = _apply(request, run)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse(_progress(run))
        return redirect("interchange:import_apply", pk)
    if run.state == ImportState.APPLYING:
        context = frame_of(run) | _progress(run)
        return show(request, "interchange/import_applying.html", None, context)
    if run.state != ImportState.PREVIEWED:
        return redirect("interchange:import_run", pk)
    context = {
        # Translators: {name} is the name of a file.
        "question": _("Apply “{name}” to the directory?").format(name=plain_name(run.name)),
        "effects": list(labels.effect_sentences(apply.effects_of(run))),
        "undo": _(
            "This cannot be undone at once. It is written piece by piece: if it is interrupted, it "
            "goes on where it stopped, and nothing is written twice."
        ),
        "verb": _("Apply import"),
        "back": reverse("interchange:import_run", args=[pk]),
    }
    return show(request, "interchange/import_confirm.html", None, frame_of(run, here=4) | context)


def next_step(run: ImportRun) -> str:
    if run.encoding == runs.UNCLEAR:
        return "interchange:import_encoding"
    if run.sheet is None:
        return "interchange:import_sheet"
    return "interchange:import_prepare" if run.mapping else "interchange:import_map"


def frame_of(run: ImportRun, here: int = 0) -> dict[str, object]:
    return {
        "run": run,
        "kind": labels.KINDS[run.kind],
        "state": labels.STATES[run.state],
        "steps": labels.STEPS,
        "here": here or HERE[ImportState(run.state)],
        "is_open": run.state in runs.UNFINISHED,
    }


def for_a_while() -> Callable[[], bool]:
    """Return a function that tells whether there is still time. The time runs from now on."""
    ends = time.monotonic() + SECONDS
    return lambda: time.monotonic() < ends


def shown_row(row: ImportRow) -> dict[str, object]:
    shape, word = labels.ROWS[row.state]
    return {
        "row": row,
        # Translators: of a row of a file that names no service.
        "name": row.cells.get("service") or row.source_id or _("no name"),
        "organisation": row.cells.get("organisation", ""),
        "shape": shape,
        "word": word,
        "troubles": [_worded(each) for each in import_rows.troubles_of(row)],
    }


def _worded(trouble: Trouble) -> dict[str, object]:
    columns = filter(None, trouble.column.split(", "))
    return {
        "where": ", ".join(str(labels.LABELS.get(column, column)) for column in columns),
        "problem": trouble.problem,
        "remedy": trouble.remedy,
        "refuses": trouble.refuses,
    }


def _new(request: HttpRequest, form: forms.UploadForm) -> HttpResponse:
    return show(request, "interchange/import_new.html", form, {"steps": labels.STEPS, "here": 1})


def _content(sent: UploadedFile[bytes]) -> bytes:
    """Return the bytes of a file. Errors: FileTooLarge, where the whole request was."""
    try:
        return content_of(sent)
    except UploadRefused:
        size = -(-(sent.size or 0) // MEGABYTE)
        raise errors.FileTooLarge(found=size, unit="MB", limit=MOST_MEGABYTES) from None


def _organisations(scope: Scope) -> list[tuple[str, str]]:
    directory_access.must_somewhere(scope, Permission.EDIT_DIRECTORY)
    rows = Organisation.objects.filter(
        pk__in=scope.organisations_where(Permission.EDIT_DIRECTORY), state=OrganisationState.ACTIVE
    )
    return [(str(each.pk), each.name) for each in rows.order_by("name", "pk")]


def _rows(request: HttpRequest, run: ImportRun) -> dict[str, object]:
    requested = request.GET.get("state", "")
    wanted = requested if requested in RowState.values else ""
    rows = run.rows.select_related("service")
    shown = rows.filter(state=wanted) if wanted else rows
    page = Paginator(shown.order_by("line"), PAGE).get_page(request.GET.get("page"))
    counts = [
        (code, shape, word, run.counts.get(code, 0), code == wanted)
        for code, (shape, word) in labels.ROWS.items()
        if run.counts.get(code, 0)
    ]
    return {
        "page": page,
        "rows": [shown_row(row) for row in page],
        "counts": counts,
        "wanted": wanted,
        "effects": apply.effects_of(run) if run.state == ImportState.PREVIEWED else None,
        "has_bad": bool(run.counts.get(RowState.ERROR) or run.counts.get(RowState.CONFLICT)),
    }


def _apply(request: HttpRequest, run: ImportRun) -> ImportRun:
    scope, at = scope_of(request), clock.now()
    if run.state != ImportState.APPLYING:
        run = apply.begin_applying(scope, run, at=at)
    run = apply.apply_rows(scope, run, for_a_while(), at=at)
    if run.state == ImportState.APPLIED:
        messages.success(request, _("The file is applied. New services wait for review."))
    return run


def _progress(run: ImportRun) -> dict[str, object]:
    # Translators: {done} and {of} are numbers of rows that are written into the directory.
    sentence = _("Rows applied: {done} of {of}")
    return {
        "done": run.prepared,
        "of": run.total,
        "said": sentence.format(done=run.prepared, of=run.total),
        "is_over": run.state != ImportState.APPLYING,
    }
