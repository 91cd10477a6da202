from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from protect.kernel import clock, refusals
from protect.orgs.history.sentences import action_sentence
from protect.vault.errors import RecordDamaged
from protect.vault.models import Record
from protect.vault.records import forms, note_history, notes, records
from protect.vault.records.views import notes as note_views
from protect.vault.sessions.unlocked import Unlocked, get_unlocked
from protect.vault.sign_in.frame import show

TOO_MANY_VERSION_DIGITS = 10  # digits; a number with so many, or more, is refused
CHANGE_SENTENCES: dict[str, Promise] = {
    # Translators: what was saved in a version of a note: its first text.
    "vault.seal": gettext_lazy("The note was written."),
    # Translators: what was saved in a version of a note.
    "vault.save": gettext_lazy(
        "The title, the text or the month until which the note is kept was changed."
    ),
}


@require_http_methods(["GET", "POST"])
def note_versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List the versions of a note and show a chosen one; a POST restores its title and text."""
    record = note_views.get_note_record(request, pk)
    note_history.must_be_last_saved_version(record)
    if request.method == "GET":
        wanted = request.GET.get("version", "")
        shown = _parse_version(record, wanted) if wanted else None
        return _render_versions_page(request, record, shown)
    form = forms.VersionForm(request.POST)
    if not form.is_valid():
        return _render_versions_page(request, record, None, form)
    version, seen = form.cleaned_data["version"], form.cleaned_data["seen"]
    _parse_version(record, str(version))
    with form.showing_refusals():
        unlocked, at = get_unlocked(request), clock.now()
        saved = notes.restore_note_version(unlocked, record, version, seen=seen, at=at)
        if saved.version == seen:
            messages.info(request, note_views.NOTHING_CHANGED)
        else:
            messages.success(request, _("Saved. The text of that version is current again."))
        return redirect("vault:note", pk)
    current = notes.open_note(get_unlocked(request), record, at=clock.now())
    form.continue_from_version(current.version)
    record = note_views.get_note_record(request, pk)
    return _render_versions_page(request, record, version, form, current)


def _render_versions_page(
    request: HttpRequest,
    record: Record,
    version: int | None,
    form: forms.VersionForm | None = None,
    newer: notes.Note | None = None,
) -> HttpResponse:
    unlocked, at = get_unlocked(request), clock.now()
    earlier = notes.open_note_version(unlocked, record, version, at=at) if version else None
    shown_form = form or forms.VersionForm(initial={"version": version, "seen": record.version})
    context: dict[str, object] = {
        "team": record.owner_team,
        "record": record,
        "number": notes.note_number(record),
        "rows": _version_rows(record),
        "then": earlier,
        "said": earlier.text.split("\n\n") if earlier else [],
        "is_damaged": _is_newest_damaged(unlocked, record),
        **note_views.edit_conflict_context(record, newer),
    }
    return show(request, "note_versions.html", shown_form, context)


def _is_newest_damaged(unlocked: Unlocked, record: Record) -> bool:
    """Return whether the newest version does not open, and report it; no text can replace it."""
    try:
        records.read(unlocked, record)
    except RecordDamaged as error:
        refusals.report_refusal(error)
        return True
    return False


def _parse_version(record: Record, text: str) -> int:
    """Parse the number of an earlier version. Errors: Http404, also for the newest version."""
    is_number = text.isascii() and text.isdigit() and len(text) < TOO_MANY_VERSION_DIGITS
    if not (is_number and 1 <= int(text) < record.version):
        raise Http404
    return int(text)


def _version_rows(record: Record) -> list[dict[str, object]]:
    """Return the rows of the table; `who` and `what` are "" when the audit entry is deleted."""
    versions = note_history.list_versions(record)
    lines = note_views.note_history_lines(record, [row.entry for row in versions if row.entry])
    who = {line.n: line.who for line in lines}
    return [
        {
            "number": version.number,
            "at": version.at,
            "who": who[version.entry.n] if version.entry else "",
            "what": CHANGE_SENTENCES.get(version.change) or action_sentence(version.change),
        }
        for version in versions
    ]
