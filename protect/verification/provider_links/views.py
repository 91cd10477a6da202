"""A service and its own entry: the link that is mailed to it, and the one page it opens."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from protect.directory import access
from protect.directory.enums import Fact, Method, Verdict
from protect.directory.fact_records.fact_view import FactView, fact_view, marks_of
from protect.directory.fact_records.forms import FactForm, form_of
from protect.directory.fact_records.freshness import standing_of
from protect.directory.facts import LABELS
from protect.kernel import clock
from protect.orgs import languages
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.ui.forms import DeskForm
from protect.ui.pages import show
from protect.vault import gates
from protect.verification.checks.checks import Heard
from protect.verification.checks.forms import AllRightForm, EntryForm
from protect.verification.errors import LinkGone
from protect.verification.models import ProviderLink
from protect.verification.provider_links.provider_links import (
    answer_link,
    answers_by,
    asks_about,
    get_answered,
    get_link,
    language_of,
    may_be_written_to,
    open_link,
    send_again,
    send_link,
)

ALL_RIGHT, AGAIN = "all", "again"
SAID = {
    # Translators: what a service said of a fact in its entry.
    Verdict.CONFIRMED: gettext_lazy("Still right"),
    # Translators: what a service said of a fact in its entry; the new one is shown.
    Verdict.CHANGED: gettext_lazy("Has changed; people read the new one"),
    # Translators: what a service said of a fact in its entry; a colleague of ours looks first.
    Verdict.DISPUTED: gettext_lazy("Has changed; we look at it before people read it"),
}


@require_http_methods(["GET", "POST"])
def service_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    service = access.get_service(scope, pk)
    access.must(scope, Permission.VERIFY_DIRECTORY, service.country_id)
    if request.method == "POST":
        send_link(scope, service, at=at)
        messages.success(request, _("The mail is on its way. The link in it works 14 days."))
        return redirect("directory:service", pk=pk)
    last = ProviderLink.objects.filter(service=service).first()
    context = {
        "service": service,
        "last": last,
        "is_only_in_demo": not may_be_written_to(service),
        "question": _("Ask the service itself?"),
        "effects": [
            _("A mail goes to the service's own address. It names nobody and nothing."),
            _("Its link opens one page: all still right, or what has changed. No account."),
            _("Hours, languages, cost, documents and free places change at once."),
            _("A new number, address or rule about people waits until a moderator has looked."),
            _("A link that they got before opens nothing any more."),
        ],
        "verb": _("Send the mail"),
        "back": reverse("directory:service", args=[pk]),
    }
    return show(request, "verification/service_link.html", None, context)


class Entry:
    """What the page of a link needs to know, read once."""

    def __init__(self, request: HttpRequest, link: ProviderLink) -> None:
        self.request, self.link, self.at = request, link, clock.now()
        self.service = link.service
        asked_facts = asks_about(link)
        self.views: dict[Fact, FactView] = {
            fact: fact_view(self.service, each)
            for fact, each in standing_of(self.service, self.at).items()
            if fact in asked_facts
        }

    def form(self, data: Mapping[str, object] | None = None) -> EntryForm:
        unknown = [fact for fact, view in self.views.items() if not view.is_known]
        return EntryForm(data, facts=self.views, unknown=unknown)

    def edits(self, form: EntryForm) -> dict[Fact, FactForm]:
        """Return a form for each fact, bound to the submitted values if it is marked as changed."""
        typed = form.typed
        posted = self.request.POST
        return {
            fact: form_of(fact, self.service, posted if fact in typed else None)
            for fact in self.views
        }


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, token: str) -> HttpResponse:
    """Ask a service about its own entry, in its language if the desk has it."""
    try:
        if request.POST.get("do") == AGAIN:
            return _again(request, token)
        return _entry(request, token)
    except LinkGone as gone:  # the reader of this page has no desk to return to
        return _over(request, token, gone)


def _in_their_language(request: HttpRequest, link: ProviderLink) -> AbstractContextManager[None]:
    requested = request.GET.get("in", "")
    language = requested if requested in settings.DESK_LANGUAGES else language_of(link.service)
    return translation.override(languages.spoken(language))


def _over(request: HttpRequest, token: str, gone: LinkGone) -> HttpResponse:
    """Show the answers of an answered link; for any other, that the link has expired."""
    try:
        link = get_answered(token, at=clock.now())
    except LinkGone:
        return render(request, "verification/entry_gone.html", status=gone.status)
    with _in_their_language(request, link):
        context = {"link": link, "service": link.service, "answers": _answers(link)}
        page = show(request, "verification/entry_answered.html", None, context)
    if request.method == "POST":  # nothing of it was saved
        page.status_code = gone.status
    return page


def _again(request: HttpRequest, token: str) -> HttpResponse:
    at = clock.now()
    with _in_their_language(request, get_answered(token, at=at)):
        send_again(token, at=at)
        return show(request, "verification/entry_again.html")


def _answers(link: ProviderLink) -> list[tuple[str, str]]:
    """Return the answers of a service as label and verdict; none before the first answer."""
    answers = answers_by(link)
    return [(str(LABELS[fact]), str(SAID[verdict])) for fact, verdict in answers.items()]


def _entry(request: HttpRequest, token: str) -> HttpResponse:
    at = clock.now()
    link = get_link(token, at=at)
    with _in_their_language(request, link):
        entry = Entry(request, link)
        if request.method != "POST":  # mail scanners open links too, so nothing is recorded
            return _show(entry, entry.form())
        open_link(link, at=at)
        return _answered(entry, token)


def _answered(entry: Entry, token: str) -> HttpResponse:
    post = entry.request.POST
    if post.get("do") == ALL_RIGHT:
        pressed = AllRightForm(post)
        if pressed.is_valid():
            with pressed.mending():
                return _saved(entry, token, pressed.heard(Method.PROVIDER))
        return _show(entry, entry.form(), wrong=pressed)
    form = entry.form(post)
    edits = entry.edits(form)
    changed = {fact: edits[fact] for fact in form.typed}
    if form.is_valid() and not form.mistaken(changed.values()):
        heard = form.heard({fact: each.values() for fact, each in changed.items()})
        with form.mending():
            return _saved(entry, token, heard)
    return _show(entry, form, edits)


def _saved(entry: Entry, token: str, heard: Heard) -> HttpResponse:
    """Save, and thank; the page says whether the link still takes free places."""
    language = translation.get_language() or "en"
    later = answer_link(token, heard, language=language, at=entry.at)
    entry.link.refresh_from_db(fields=["answered_at"])
    context = {
        "is_judged": later is not None,
        "is_open": bool(asks_about(entry.link)),
        "link": entry.link,
    }
    return show(entry.request, "verification/entry_done.html", None, context)


def _show(
    entry: Entry,
    form: EntryForm,
    edits: Mapping[Fact, FactForm] | None = None,
    *,
    wrong: DeskForm | None = None,
) -> HttpResponse:
    """Show the page; `wrong` is the form with the mistakes at the top, if it is not `form`."""
    shown = form.marks if form.is_bound else {}
    stale = {fact for fact, view in entry.views.items() if shown.get(fact, view.mark) != view.mark}
    form.forget(stale)
    edits = edits or entry.edits(form)
    context = {
        "link": entry.link,
        "answers": _answers(entry.link),
        "service": entry.service,
        "had": marks_of(entry.views.values()),
        "had_known": marks_of(each for each in entry.views.values() if each.is_known),
        "opened": " ".join(edits),
        "is_room_alone": entry.link.answered_at is not None,
        "languages": languages.of_desk().values(),
        "rows": [
            {
                "view": view,
                "field": form[f"is_{fact.value}"],
                "edit": edits[fact],
                "is_new": fact in stale,
            }
            for fact, view in entry.views.items()
        ],
    }
    return show(entry.request, "verification/entry.html", wrong or form, context)
