"""What a team writes down: found, read, written, changed and erased."""

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
from protect.orgs.history.lines import HistoryLine, lines_of_entries
from protect.orgs.models import Team
from protect.ui import pagination
from protect.ui.pages import done, posted, sent_data
from protect.vault.access import get_record, must_work
from protect.vault.enums import Kind
from protect.vault.errors import RecordDamaged, TokenGone
from protect.vault.models import Record
from protect.vault.records import note_history, note_search, notes
from protect.vault.records.forms import SEARCH_MOST, ChangeNoteForm, FileForm, NoteForm, SeenForm
from protect.vault.sessions.unlocked import Unlocked, holders, must_recognise, unlocked
from protect.vault.sign_in.frame import show

PAGE = 25  # notes
PLACE = ("s", "page")  # of a list, in its address: what is searched for, sealed, and which page
# Translators: of a note that was saved as it stood already.
NOTHING_CHANGED = gettext_lazy("Nothing was changed.")


@require_http_methods(["GET", "POST"])
def note_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    team, at = team_of(request, pk), clock.now()
    if request.method == "POST":
        return _search(request, team)
    token = request.GET.get("s", "")
    try:
        opens = unlocked(request)
        words = note_search.open_words(opens, team.pk, token, at=at) if token else ""
    except TokenGone:
        messages.info(request, _("That search is over. That keeps its words private."))
        return redirect("vault:note_list", pk)
    listing, page = _page_of(opens, team, words, request.GET.get("page"))
    context = {
        "team": team,
        "words": words,
        "listing": listing,
        "page": page,
        "search_most": SEARCH_MOST,
        "is_practice": is_practice(team),
        "place": place_in_list(request),
    }
    return show(request, "note_list.html", None, context)


def _page_of(
    opens: Unlocked, team: Team, words: str, number: str | None
) -> tuple[notes.Listing, Page[Any]]:
    """Open what is on a page: a list opens its own notes only, a search has to open all."""
    at = clock.now()
    must_recognise(opens, team.pk)
    if words:
        listing = notes.find(opens, team, words, at=at)
        return listing, pagination.Paginator(listing.notes, PAGE).get_page(number)
    page: Page[Any] = pagination.Paginator(range(notes.count(team)), PAGE).get_page(number)
    first = (page.number - 1) * PAGE
    listing = notes.listed(opens, team, slice(first, first + PAGE), at=at)
    page.object_list = listing.notes
    return listing, page


@require_http_methods(["GET", "POST"])
def note_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    team, form = team_of(request, pk), posted(request, NoteForm)
    if request.method == "GET":
        must_recognise(unlocked(request), team.pk)
    if form.is_valid():
        with form.mending():
            record = notes.write(unlocked(request), team, form.content(), at=clock.now())
            return done(request, _("Saved. Only your team can read it."), "vault:note", record.pk)
    return _form_page(request, team, form, back=reverse("vault:note_list", args=[pk]))


@require_http_methods(["GET"])
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    return note_page(request, note_of(request, pk), FileForm())


@require_http_methods(["GET", "POST"])
def note_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    record, opens, at = note_of(request, pk), unlocked(request), clock.now()
    if request.method == "GET":
        return _edit_page(request, record, _filled(notes.opened(opens, record, at=at)))
    form = ChangeNoteForm(request.POST)
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        with form.mending():
            now = notes.change(opens, record, form.content(), seen=seen, at=at)
            if now.version == seen:
                messages.info(request, NOTHING_CHANGED)
            else:
                messages.success(request, _saved(record, seen))
            return redirect("vault:note", pk)
        if note_of(request, pk).version != seen:
            current = notes.opened(opens, record, at=at)
            form.go_on_after(current.version, _months(current))
            return _edit_page(request, record, form, current)
    return _edit_page(request, record, form)


@require_http_methods(["GET", "POST"])
def note_erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = note_of(request, pk)
    form = SeenForm(sent_data(request))
    if form.is_valid():
        with form.mending():
            notes.erase(unlocked(request), record, **form.cleaned_data, at=clock.now())
            message = _("The note is erased. It can no longer be opened.")
            return done(request, message, "vault:note_list", record.owner_team_id)
    return _erase_page(request, note_of(request, pk), form)


def place_in_list(request: HttpRequest) -> str:
    """Return as a query the page of the list, and the search, that the user came from or is on."""
    place = {name: request.GET[name] for name in PLACE if request.GET.get(name)}
    return f"?{urlencode(place)}" if place else ""


def team_of(request: HttpRequest, pk: UUID) -> Team:
    scope = access.scope_of(request)
    team = access.get_team(scope, pk)
    access.must(scope, enums.Permission.WORK, team=team)
    return team


def note_of(request: HttpRequest, pk: UUID) -> Record:
    scope = access.scope_of(request)
    record = get_record(scope, pk, Kind.NOTE)
    must_work(scope, record)
    return record


def note_page(request: HttpRequest, record: Record, form: FileForm) -> HttpResponse:
    """Show a note; `form` adds a file to it and says why one was refused."""
    note, team = notes.opened(unlocked(request), record, at=clock.now()), record.owner_team
    context = {
        "team": team,
        "note": note,
        "paragraphs": note.text.split("\n\n"),
        "reader_count": len(holders(team)),
        "history": history_lines(record, note_history.history(record)),
        "saved": _last_saving(record),
        "namesakes": notes.namesakes(record),
        "is_practice": is_practice(team),
        "is_scanned": settings.SCANNER != "none",
        "place": place_in_list(request),
    }
    return show(request, "note.html", form, context)


def for_good(record: Record) -> dict[str, Any]:
    back = reverse("vault:note", args=[record.pk])
    return {"back": back, "is_danger": True, "undo": _("This cannot be undone.")}


def is_practice(team: Team) -> bool:
    return team.state == enums.TeamState.FOUNDING


def _search(request: HttpRequest, team: Team) -> HttpResponseRedirect:
    """Lead to what is found. The words never stand in an address as they are."""
    words = request.POST.get("q", "").strip()[:SEARCH_MOST]
    address = reverse("vault:note_list", args=[team.pk])
    if not words:
        return HttpResponseRedirect(address)
    token = note_search.seal_words(unlocked(request), team.pk, words, at=clock.now())
    return HttpResponseRedirect(f"{address}?{urlencode({'s': token})}")


def _filled(note: notes.Note) -> ChangeNoteForm:
    left = _months(note)
    kept = {"title": note.title, "text": note.text, "months": left, "had": left}
    return ChangeNoteForm(initial={**kept, "seen": note.version})


def _months(note: notes.Note) -> int:
    """Return how many months are left, none in the last one and until the clock erases it."""
    return max(0, notes.months_left(note.record.retention, clock.now()))


def _saved(record: Record, before: int) -> SafeString:
    address = f"{reverse('vault:note_versions', args=[record.pk])}?version={before}"
    return format_html('{} <a href="{}">{}</a>', _("Saved."), address, _("See what it said before"))


def _edit_page(
    request: HttpRequest, record: Record, form: ChangeNoteForm, current: notes.Note | None = None
) -> HttpResponse:
    back = reverse("vault:note", args=[record.pk])
    conflict = edit_conflict_context(record, current)
    return _form_page(request, record.owner_team, form, back=back, **conflict)


def _form_page(request: HttpRequest, team: Team, form: NoteForm, **context: Any) -> HttpResponse:
    context |= {"team": team, "is_practice": is_practice(team)}
    return show(request, "note_form.html", form, {"theirs": None, **context})


def edit_conflict_context(record: Record, current: notes.Note | None) -> dict[str, Any]:
    """Return what a page needs to show the version that another member saved meanwhile, if any."""
    return {
        "theirs": current,
        "paragraphs": current.text.split("\n\n") if current else [],
        "saved": _last_saving(record) if current else None,
    }


def _erase_page(request: HttpRequest, record: Record, form: SeenForm) -> HttpResponse:
    note = _readable(request, record)
    version = note.version if note else record.version
    if form.is_bound:
        form.go_on_from(version)
    else:
        form.initial = {"seen": version}
    context = {
        **for_good(record),
        "question": _("Erase this note?"),
        "effects": _effects(record, note),
        "verb": _("Erase it for good"),
        **edit_conflict_context(record, note if form.status == HTTPStatus.CONFLICT else None),
    }
    return show(request, "note_erase.html", form, context)


def _readable(request: HttpRequest, record: Record) -> notes.Note | None:
    """Return a note that may be erased; None for a damaged one after its alarm was answered.
    Until then it is evidence. Errors: RecordDamaged."""
    try:
        return notes.opened(unlocked(request), record, at=clock.now())
    except RecordDamaged as error:
        if not alarms.is_answered(record.owner_team.organisation_id, record.target, error.code):
            raise
        return None


def _effects(record: Record, note: notes.Note | None) -> list[str]:
    team, count = text.isolated(record.owner_team.name), notes.file_count(record)
    effects: list[str] = []
    if note:
        first = _("“{title}” is deleted at once, for all members of the team {team}.")
        effects.append(format_html(first, title=text.isolated(note.title), team=team))
    else:
        first = _("This note is deleted at once, for all members of the team {team}.")
        effects += [
            _("It is not stored as it was last saved, and cannot be looked at again afterwards."),
            format_html(first, team=team),
        ]
    if count:
        files = ngettext("{count} file goes with it.", "{count} files go with it.", count)
        effects.append(format_html(files, count=count))
    return [
        *effects,
        _("In backups it is unreadable after 14 days, and after 30 days it is gone from them."),
        _("The history keeps who wrote, opened and erased it; not a word of what it said."),
    ]


def _last_saving(record: Record) -> HistoryLine | None:
    return next(iter(history_lines(record, note_history.saved(record))), None)


def history_lines(record: Record, entries: Iterable[Entry]) -> list[HistoryLine]:
    return lines_of_entries(entries, {record.owner_team.organisation_id})
