from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from protect.audit.models import Entry
from protect.kernel import clock, text
from protect.orgs import access, alarms, enums
from protect.orgs.history.lines import Line, lines_of_entries
from protect.orgs.models import Team
from protect.ui import pages, pagination
from protect.vault.access import get_record, must_have_work_permission
from protect.vault.enums import Kind
from protect.vault.errors import RecordDamaged, TokenGone
from protect.vault.models import Record
from protect.vault.records import forms, note_history, note_search, notes
from protect.vault.records.forms import ChangeNoteForm, FileForm, NoteForm, SeenVersionForm
from protect.vault.sessions.unlocked import Unlocked, get_unlocked, key_holders, must_trust_key
from protect.vault.sign_in.frame import show

NOTES_PER_PAGE = 25  # notes
LIST_PARAMETERS = ("s", "page")  # query parameters of a list: the sealed search words, and the page
NOTHING_CHANGED = gettext_lazy("Nothing was changed.")  # For translators: of a note saved as it was


@require_http_methods(["GET", "POST"])
def note_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a page of a team's notes, or the results of a search in them."""
    team, at = get_working_team(request, pk), clock.now()
    if request.method == "POST":
        return _redirect_to_search(request, team)
    token = request.GET.get("s", "")
    try:
        unlocked = get_unlocked(request)
        words = note_search.open_search_words(unlocked, team.pk, token, at=at) if token else ""
    except TokenGone:
        messages.info(request, _("This search has expired, to keep your search words private."))
        return redirect("vault:note_list", pk)
    listing, page = _open_notes_page(unlocked, team, words, request.GET.get("page"))
    context = {
        "team": team,
        "words": words,
        "listing": listing,
        "page": page,
        "max_search_length": forms.MAX_SEARCH_LENGTH,
        "is_practice": is_practising(team),
        "place": list_position_query(request),
    }
    return show(request, "note_list.html", None, context)


def _open_notes_page(
    unlocked: Unlocked, team: Team, words: str, page_number: str | None
) -> tuple[notes.NoteListing, Page[Any]]:
    """Open the notes of a page; a list opens only those, but a search opens all."""
    at = clock.now()
    must_trust_key(unlocked, team.pk)
    if words:
        listing = notes.search_notes(unlocked, team, words, at=at)
        return listing, pagination.Paginator(listing.notes, NOTES_PER_PAGE).get_page(page_number)
    count = notes.count_notes(team)
    page: Page[Any] = pagination.Paginator(range(count), NOTES_PER_PAGE).get_page(page_number)
    first_index = (page.number - 1) * NOTES_PER_PAGE
    rows = slice(first_index, first_index + NOTES_PER_PAGE)
    listing = notes.list_notes(unlocked, team, rows, at=at)
    page.object_list = listing.notes
    return listing, page


@require_http_methods(["GET", "POST"])
def note_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an empty note form; a POST seals the new note for the team."""
    team, form = get_working_team(request, pk), pages.bind_form(request, NoteForm)
    if request.method == "GET":
        must_trust_key(get_unlocked(request), team.pk)
    if form.is_valid():
        with form.showing_refusals():
            record = notes.write_note(get_unlocked(request), team, form.content(), at=clock.now())
            message = _("Note saved. Only your team can read it.")
            return pages.redirect_with_message(request, message, "vault:note", record.pk)
    return _render_form(request, team, form, back=reverse("vault:note_list", args=[pk]))


@require_http_methods(["GET"])
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a note with its files and history, and a form that adds a file."""
    return render_note(request, get_note_record(request, pk), FileForm())


@require_http_methods(["GET", "POST"])
def note_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a note's form; a POST seals a version if it differs, or shows an edit conflict."""
    record, unlocked, at = get_note_record(request, pk), get_unlocked(request), clock.now()
    if request.method == "GET":
        note = notes.open_note(unlocked, record, at=at)
        return _render_edit_page(request, record, _form_with_note(note))
    form = ChangeNoteForm(request.POST)
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        with form.showing_refusals():
            saved_record = notes.change_note(unlocked, record, form.content(), seen=seen, at=at)
            if saved_record.version == seen:
                messages.info(request, NOTHING_CHANGED)
            else:
                messages.success(request, _saved_message(record, seen))
            return redirect("vault:note", pk)
        if get_note_record(request, pk).version != seen:
            current = notes.open_note(unlocked, record, at=at)
            form.continue_after_version(current.version, _months_left(current))
            return _render_edit_page(request, record, form, current)
    return _render_edit_page(request, record, form)


@require_http_methods(["GET", "POST"])
def note_erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for confirmation; a POST erases the note with its files."""
    record = get_note_record(request, pk)
    form = SeenVersionForm(pages.posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            notes.erase_note(get_unlocked(request), record, **form.cleaned_data, at=clock.now())
            message = _("Note erased. It can no longer be opened.")
            return pages.redirect_with_message(
                request, message, "vault:note_list", record.owner_team_id
            )
    return _render_erase_page(request, get_note_record(request, pk), form)


def list_position_query(request: HttpRequest) -> str:
    """Return the query of the user's place in the note list, such as `?page=2`, or ""."""
    parameters = {name: request.GET[name] for name in LIST_PARAMETERS if request.GET.get(name)}
    return f"?{urlencode(parameters)}" if parameters else ""


def get_working_team(request: HttpRequest, pk: UUID) -> Team:
    """Return a team if the user may work on its notes. Errors: Http404; PermissionDenied."""
    scope = access.scope_of(request)
    team = access.get_team(scope, pk)
    access.must(scope, enums.Permission.WORK, team=team)
    return team


def get_note_record(request: HttpRequest, pk: UUID) -> Record:
    """Return a note on which the user may work. Errors: Http404; PermissionDenied."""
    scope = access.scope_of(request)
    record = get_record(scope, pk, Kind.NOTE)
    must_have_work_permission(scope, record)
    return record


def render_note(request: HttpRequest, record: Record, form: FileForm) -> HttpResponse:
    """Render a note; `form` adds a file and shows why a file was refused."""
    note, team = notes.open_note(get_unlocked(request), record, at=clock.now()), record.owner_team
    context = {
        "team": team,
        "note": note,
        "paragraphs": note.text.split("\n\n"),
        "reader_count": len(key_holders(team)),
        "history": note_history_lines(record, note_history.newest_entries(record)),
        "saved": _last_save_line(record),
        "same_number_count": notes.count_notes_with_same_number(record),
        "is_practice": is_practising(team),
        "is_scanned": settings.SCANNER != "none",
        "place": list_position_query(request),
    }
    return show(request, "note.html", form, context)


def irreversible_context(record: Record) -> dict[str, Any]:
    """Return the context that all pages share which confirm a final action on a note."""
    back = reverse("vault:note", args=[record.pk])
    return {"back": back, "is_danger": True, "undo": _("This cannot be undone.")}


def is_practising(team: Team) -> bool:
    """Return whether a team still lacks its recovery kit, so its notes are for practice."""
    return team.state == enums.TeamState.FOUNDING


def _redirect_to_search(request: HttpRequest, team: Team) -> HttpResponseRedirect:
    """Redirect to the results of a search; the URL contains the words only sealed."""
    words = request.POST.get("q", "").strip()[: forms.MAX_SEARCH_LENGTH]
    address = reverse("vault:note_list", args=[team.pk])
    if not words:
        return HttpResponseRedirect(address)
    token = note_search.seal_search_words(get_unlocked(request), team.pk, words, at=clock.now())
    return HttpResponseRedirect(f"{address}?{urlencode({'s': token})}")


def _form_with_note(note: notes.Note) -> ChangeNoteForm:
    months = _months_left(note)
    values = {"title": note.title, "text": note.text, "months": months, "had": months}
    return ChangeNoteForm(initial={**values, "seen": note.version})


def _months_left(note: notes.Note) -> int:
    """Return how many months are left; 0 in the last month and until the nightly erasure."""
    return max(0, notes.months_left(note.record.retention, clock.now()))


def _saved_message(record: Record, earlier_version: int) -> SafeString:
    address = f"{reverse('vault:note_versions', args=[record.pk])}?version={earlier_version}"
    return format_html('{} <a href="{}">{}</a>', _("Saved."), address, _("See the version before"))


def _render_edit_page(
    request: HttpRequest, record: Record, form: ChangeNoteForm, newer: notes.Note | None = None
) -> HttpResponse:
    back = reverse("vault:note", args=[record.pk])
    conflict = edit_conflict_context(record, newer)
    return _render_form(request, record.owner_team, form, back=back, **conflict)


def _render_form(request: HttpRequest, team: Team, form: NoteForm, **context: Any) -> HttpResponse:
    context |= {"team": team, "is_practice": is_practising(team)}
    return show(request, "note_form.html", form, {"theirs": None, **context})


def edit_conflict_context(record: Record, current: notes.Note | None) -> dict[str, Any]:
    """Return the context that shows `current`, another member's version; no values for None."""
    return {
        "theirs": current,
        "paragraphs": current.text.split("\n\n") if current else [],
        "saved": _last_save_line(record) if current else None,
    }


def _render_erase_page(request: HttpRequest, record: Record, form: SeenVersionForm) -> HttpResponse:
    note = _open_unless_damaged(request, record)
    version = note.version if note else record.version
    if form.is_bound:
        form.continue_from_version(version)
    else:
        form.initial = {"seen": version}
    context = {
        **irreversible_context(record),
        "question": _("Erase this note?"),
        "effects": _erase_effects(record, note),
        "verb": _("Erase note permanently"),
        **edit_conflict_context(record, note if form.status == HTTPStatus.CONFLICT else None),
    }
    return show(request, "note_erase.html", form, context)


def _open_unless_damaged(request: HttpRequest, record: Record) -> notes.Note | None:
    """Open a note to be erased; return None if it is damaged and its alarm was answered.
    Until the answer a damaged note is evidence. Errors: RecordDamaged."""
    try:
        return notes.open_note(get_unlocked(request), record, at=clock.now())
    except RecordDamaged as error:
        organisation = record.owner_team.organisation_id
        if not alarms.is_alarm_answered(organisation, record.audit_target, error.code):
            raise
        return None


def _erase_effects(record: Record, note: notes.Note | None) -> list[str]:
    """Return the sentences on what erasing does; `note` is None if the note is damaged."""
    team, count = text.isolate_direction(record.owner_team.name), notes.count_files(record)
    effects: list[str] = []
    if note:
        sentence = _("“{title}” is deleted at once, for all members of the team {team}.")
        effects.append(format_html(sentence, title=text.isolate_direction(note.title), team=team))
    else:
        sentence = _("This note is deleted at once, for all members of the team {team}.")
        effects += [
            _(
                "It differs from the version that was last saved. After erasing, it cannot "
                "be examined any more."
            ),
            format_html(sentence, team=team),
        ]
    if count:
        files = ngettext(
            "{count} file is erased with it.", "{count} files are erased with it.", count
        )
        effects.append(format_html(files, count=count))
    return [
        *effects,
        _("Backups keep it, encrypted, until the operator deletes them: 14 days at most."),
        _("The history still shows who wrote, opened and erased it, but nothing of its content."),
    ]


def _last_save_line(record: Record) -> Line | None:
    return next(iter(note_history_lines(record, note_history.last_save_entries(record))), None)


def note_history_lines(record: Record, entries: Iterable[Entry]) -> list[Line]:
    return lines_of_entries(entries, {record.owner_team.organisation_id})
