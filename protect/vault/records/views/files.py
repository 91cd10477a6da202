"""Files of notes: added, fetched and removed. Nothing of them touches a disk."""

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
from protect.ui.pages import done
from protect.vault.errors import RecordGone
from protect.vault.records import forms, notes
from protect.vault.records.views.notes import for_good, note_of, note_page
from protect.vault.rows import show_teams
from protect.vault.sessions.unlocked import unlocked

# What a browser shows of it all the same may run nothing, send nothing and load nothing.
POLICY = "sandbox; default-src 'none'"


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def note_file_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cleaning takes seconds and happens between two transactions, so no request waits for it."""
    with _own_rows(request):
        note_of(request, pk)
    if request.method == "GET":  # the user was locked out here and comes back
        return redirect("vault:note", pk)
    form = forms.FileForm(request.POST, request.FILES)
    if form.is_valid():
        with form.mending():
            new = notes.cleaned(form.sent())
            with _own_rows(request):
                notes.add_file(unlocked(request), note_of(request, pk), new, at=clock.now())
            return done(request, _("The file is added."), "vault:note", pk)
    with _own_rows(request):
        return note_page(request, note_of(request, pk), form)


@require_http_methods(["GET"])
def note_file(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    try:
        about, content = notes.read_file(
            unlocked(request), note_of(request, pk), file, at=clock.now()
        )
    except RecordGone:
        raise Http404 from None
    headers = {
        "Content-Disposition": content_disposition_header(True, about.name) or "attachment",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=about.type, headers=headers)


@require_http_methods(["GET", "POST"])
def note_file_remove(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    record, at = note_of(request, pk), clock.now()
    about = notes.opened(unlocked(request), record, at=at).files.get(file)
    if about is None:
        raise Http404
    if request.method == "POST":
        notes.remove_file(unlocked(request), record, file, at=at)
        return done(request, _("The file is removed."), "vault:note", pk)
    effects = [
        format_html(
            _("“{title}” is deleted at once, for all members of the team {team}."),
            title=text.isolated(about.name),
            team=text.isolated(record.owner_team.name),
        ),
        _("The note and its other files stay."),
        _("In backups it is unreadable after 14 days, and after 30 days it is gone from them."),
        _("Copies that people have downloaded stay where they are."),
    ]
    question, verb = _("Remove this file?"), _("Remove it for good")
    context = {"question": question, "effects": effects, "verb": verb, **for_good(record)}
    return render(request, "ui/desk_confirm.html", context)


@contextmanager
def _own_rows(request: HttpRequest) -> Iterator[None]:
    """Open a transaction that sees the rows of this person's teams, as other pages have one."""
    with transaction.atomic():
        show_teams(scope_of(request).teams)
        yield
