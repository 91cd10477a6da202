from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock, text
from protect.orgs.access import scope_of
from protect.ui.pages import redirect_with_message
from protect.vault.errors import RecordGone
from protect.vault.records import forms, notes
from protect.vault.records.views.notes import get_note_record, irreversible_context, render_note
from protect.vault.rows import show_rows_of_teams
from protect.vault.sessions.unlocked import get_unlocked

# If a browser shows the file anyway, it may run, send and load nothing.
CONTENT_SECURITY_POLICY = "sandbox; default-src 'none'"


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def note_file_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a file to a note. Cleaning takes seconds, so it runs between two transactions."""
    with _show_own_rows(request):
        get_note_record(request, pk)
    if request.method == "GET":  # the user returns here after unlocking
        return redirect("vault:note", pk)
    form = forms.FileForm(request.POST, request.FILES)
    if form.is_valid():
        with form.showing_refusals():
            cleaned_file = notes.clean_upload(form.uploaded_file())
            with _show_own_rows(request):
                unlocked, record = get_unlocked(request), get_note_record(request, pk)
                notes.add_note_file(unlocked, record, cleaned_file, at=clock.now())
            return redirect_with_message(request, _("File added."), "vault:note", pk)
    with _show_own_rows(request):
        return render_note(request, get_note_record(request, pk), form)


@require_http_methods(["GET"])
def note_file(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    """Return a file of a note as a download."""
    try:
        unlocked, record = get_unlocked(request), get_note_record(request, pk)
        metadata, content = notes.read_note_file(unlocked, record, file, at=clock.now())
    except RecordGone:
        raise Http404 from None
    headers = {
        "Content-Disposition": content_disposition_header(True, metadata.name) or "attachment",
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=metadata.type, headers=headers)


@require_http_methods(["GET", "POST"])
def note_file_remove(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    """Ask for confirmation; a POST removes the file from the note."""
    record, at = get_note_record(request, pk), clock.now()
    metadata = notes.open_note(get_unlocked(request), record, at=at).files.get(file)
    if metadata is None:
        raise Http404
    if request.method == "POST":
        notes.remove_note_file(get_unlocked(request), record, file, at=at)
        return redirect_with_message(request, _("File removed."), "vault:note", pk)
    effects = [
        format_html(
            _("“{title}” is deleted at once, for all members of the team {team}."),
            title=text.isolate_direction(metadata.name),
            team=text.isolate_direction(record.owner_team.name),
        ),
        _("The note and its other files are kept."),
        _("Backups keep it, encrypted, until the operator deletes them: 14 days at most."),
        _("Copies that people have downloaded are not deleted."),
    ]
    context = {**irreversible_context(record), "effects": effects}
    context |= {"question": _("Remove this file?"), "verb": _("Remove file permanently")}
    return render(request, "ui/desk_confirm.html", context)


@contextmanager
def _show_own_rows(request: HttpRequest) -> Iterator[None]:
    """Open a transaction that sees the rows of the user's teams, as on other pages."""
    with transaction.atomic():
        show_rows_of_teams(scope_of(request).teams)
        yield
