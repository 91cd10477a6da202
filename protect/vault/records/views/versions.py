"""Earlier versions of a note: read, and brought back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from protect.kernel import clock, refusals
from protect.orgs.history.sentences import sentence
from protect.vault.errors import RecordDamaged
from protect.vault.models import Record
from protect.vault.records import forms, note_history, notes
from protect.vault.records.views import notes as note_views
from protect.vault.sessions.unlocked import Unlocked, unlocked
from protect.vault.sign_in.frame import show

DIGITS = 10  # no record has a version as long
WHAT: dict[str, Promise] = {
    # Translators: what was saved in a version of a note: its first text.
    "vault.seal": gettext_lazy("The note was written."),
    # Translators: what was saved in a version of a note.
    "vault.save": gettext_lazy("Title, text or month of erasing was changed."),
}


@require_http_methods(["GET", "POST"])
def note_versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    record = note_views.note_of(request, pk)
    note_history.must_be_as_saved(record)
    if request.method == "GET":
        wanted = request.GET.get("version", "")
        return _page(request, record, _number(record, wanted) if wanted else None)
    form = forms.VersionForm(request.POST)
    if not form.is_valid():
        return _page(request, record, None, form)
    version, seen = form.cleaned_data["version"], form.cleaned_data["seen"]
    _number(record, str(version))
    with form.mending():
        now = notes.bring_back(unlocked(request), record, version, seen=seen, at=clock.now())
        if now.version == seen:
            messages.info(request, note_views.NOTHING_CHANGED)
        else:
            messages.success(request, _("Saved. The text of that version stands again."))
        return redirect("vault:note", pk)
    current = notes.opened(unlocked(request), record, at=clock.now())
    form.go_on_from(current.version)
    return _page(request, note_views.note_of(request, pk), version, form, current)


def _page(
    request: HttpRequest,
    record: Record,
    version: int | None,
    form: forms.VersionForm | None = None,
    current: notes.Note | None = None,
) -> HttpResponse:
    opens, at = unlocked(request), clock.now()
    then = notes.opened_version(opens, record, version, at=at) if version else None
    shown_form = form or forms.VersionForm(initial={"version": version, "seen": record.version})
    context: dict[str, object] = {
        "team": record.owner_team,
        "record": record,
        "number": notes.number_of(record),
        "rows": _rows(record),
        "then": then,
        "said": then.text.split("\n\n") if then else [],
        "is_damaged": _is_damaged(opens, record),
        **note_views.edit_conflict_context(record, current),
    }
    return show(request, "note_versions.html", shown_form, context)


def _is_damaged(opens: Unlocked, record: Record) -> bool:
    """Return whether the newest version does not open: then no text can be saved over it."""
    try:
        note_history.must_open(opens, record)
    except RecordDamaged as error:
        refusals.tell(error)
        return True
    return False


def _number(record: Record, text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < DIGITS
    if not (is_number and 1 <= int(text) < record.version):
        raise Http404
    return int(text)


def _rows(record: Record) -> list[dict[str, object]]:
    """`who` and `what` are "" when the audit keeps its saving no more."""
    versions = note_history.versions(record)
    lines = note_views.history_lines(record, [each.entry for each in versions if each.entry])
    who = {each.n: each.who for each in lines}
    return [
        {
            "number": each.number,
            "at": each.at,
            "who": who[each.entry.n] if each.entry else "",
            "what": WHAT.get(each.change) or sentence(each.change),
        }
        for each in versions
    ]
