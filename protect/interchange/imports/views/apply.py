"""Applies an import: a confirmation, then batches with a progress page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.interchange import access
from protect.interchange.enums import ImportState
from protect.interchange.imports.actions import apply
from protect.interchange.imports.forms.effects import effect_sentences
from protect.interchange.imports.views.runs import for_a_while, frame_of
from protect.interchange.models import ImportRun
from protect.kernel import clock
from protect.kernel.text import plain_name
from protect.orgs.access import scope_of
from protect.ui.pages import show


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def import_apply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Each POST writes about two seconds of rows; js/again.js posts again until none is left."""
    scope = scope_of(request)
    run = access.get_import(scope, pk)
    if request.method == "POST":
        run = _work(request, run)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse(_progress(run))
        return redirect("interchange:import_apply", pk)
    if run.state == ImportState.APPLYING:
        return show(
            request, "interchange/import_applying.html", None, frame_of(run) | _progress(run)
        )
    if run.state != ImportState.PREVIEWED:
        return redirect("interchange:import_run", pk)
    context = {
        # Translators: {name} is the name of a file.
        "question": _("Apply “{name}” to the directory?").format(name=plain_name(run.name)),
        "effects": list(effect_sentences(apply.effects_of(run))),
        "undo": _(
            "This cannot be undone at once. It is written piece by piece: if it is interrupted, it "
            "goes on where it stopped, and nothing is written twice."
        ),
        "verb": _("Apply it"),
        "back": reverse("interchange:import_run", args=[pk]),
    }
    return show(request, "interchange/import_confirm.html", None, frame_of(run, here=4) | context)


def _work(request: HttpRequest, run: ImportRun) -> ImportRun:
    """Write rows for a while. What comes next is done by the next request."""
    scope, at = scope_of(request), clock.now()
    if run.state != ImportState.APPLYING:
        run = apply.begin_applying(scope, run, at=at)
    run = apply.apply_rows(scope, run, for_a_while(), at=at)
    if run.state == ImportState.APPLIED:
        messages.success(request, _("The file is applied. New services wait for review."))
    return run


def _progress(run: ImportRun) -> dict[str, Any]:
    """Return how far it has come, in numbers and in words."""
    # Translators: {done} and {of} are numbers of rows that are written into the directory.
    sentence = _("Rows applied: {done} of {of}")
    return {
        "done": run.prepared,
        "of": run.total,
        "said": sentence.format(done=run.prepared, of=run.total),
        "is_over": run.state != ImportState.APPLYING,
    }
