"""A service and its own entry: the link that is mailed to it, and the one page it opens."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from protect.directory import access
from protect.directory.enums import Method, Verdict
from protect.directory.facts import LABELS
from protect.kernel import clock
from protect.orgs import enums, languages
from protect.orgs.access import scope_of
from protect.ui import pages
from protect.vault.sessions import gates
from protect.verification import errors, models
from protect.verification.checks.checks import Heard
from protect.verification.checks.forms import AnswersForm, FactSheet, MarksForm
from protect.verification.provider_links import provider_links

ALL_RIGHT, AGAIN = "all", "again"
# Translators, of each below: what a service said of a fact in its entry.
SAID = {
    Verdict.CONFIRMED: gettext_lazy("Still right"),
    Verdict.CHANGED: gettext_lazy("Has changed; people read the new one"),
    Verdict.DISPUTED: gettext_lazy("Has changed; we look at it before people read it"),
}


@require_http_methods(["GET", "POST"])
def service_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    service = access.get_service(scope, pk)
    access.must(scope, enums.Permission.VERIFY_DIRECTORY, service.country_id)
    if request.method == "POST":
        provider_links.send_link(scope, service, at=at)
        message = _("The mail is on its way. The link in it works 14 days.")
        return pages.done(request, message, "directory:service", pk)
    context = {
        "service": service,
        "last": models.ProviderLink.objects.filter(service=service).first(),
        "is_only_in_demo": not provider_links.may_be_written_to(service),
        "question": _("Ask the service itself?"),
        "effects": [
            _("A mail goes to the service's own address. It names no person and gives no details."),
            _("Its link opens one page: all still right, or what has changed. No account."),
            _("Hours, languages, cost, documents and free places change at once."),
            _("A new number, address or rule about people waits until a moderator has looked."),
            _("A link that they got before opens nothing any more."),
        ],
        "verb": _("Send the mail"),
        "back": reverse("directory:service", args=[pk]),
    }
    return pages.show(request, "verification/service_link.html", None, context)


class Entry(FactSheet[AnswersForm]):
    template = "verification/entry.html"

    def __init__(self, request: HttpRequest, link: models.ProviderLink, token: str) -> None:
        super().__init__(request, link.service, provider_links.asks_about(link))
        self.link, self.token = link, token

    def form(self, data: Mapping[str, object] | None = None) -> AnswersForm:
        return AnswersForm(data, facts=self.views, unknown=self.unknown)

    def save(self, heard: Heard, form: MarksForm) -> HttpResponse:
        """Save, and thank; the page says whether the link still takes free places."""
        language = translation.get_language() or "en"
        later = provider_links.answer_link(self.token, heard, language=language, at=self.at)
        self.link.refresh_from_db(fields=["answered_at"])
        context = {
            "is_judged": later is not None,
            "is_open": bool(provider_links.asks_about(self.link)),
            "link": self.link,
        }
        return pages.show(self.request, "verification/entry_done.html", None, context)

    def more(self, form: AnswersForm) -> dict[str, object]:
        return {
            "link": self.link,
            "answers": _answers(self.link),
            "service": self.service,
            "is_room_alone": self.link.answered_at is not None,
            "languages": languages.of_desk().values(),
        }


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, token: str) -> HttpResponse:
    try:
        if request.POST.get("do") == AGAIN:
            at = clock.now()
            link = provider_links.get_answered(token, at=at)
            with _in_their_language(request, link):
                # The link that was used opens nothing any more: each asks for a new one once.
                provider_links.send_link(None, link.service, at=at)
                return pages.show(request, "verification/entry_again.html")
        return _entry(request, token)
    except errors.LinkGone as gone:  # the reader of this page has no desk to return to
        return _over(request, token, gone)


def _in_their_language(
    request: HttpRequest, link: models.ProviderLink
) -> AbstractContextManager[None]:
    chosen = request.GET.get("in", "")
    is_offered = chosen in settings.DESK_LANGUAGES
    language = chosen if is_offered else provider_links.language_of(link.service)
    return translation.override(languages.spoken(language))


def _over(request: HttpRequest, token: str, gone: errors.LinkGone) -> HttpResponse:
    try:
        link = provider_links.get_answered(token, at=clock.now())
    except errors.LinkGone:
        return render(request, "verification/entry_gone.html", status=gone.status)
    with _in_their_language(request, link):
        context = {"link": link, "service": link.service, "answers": _answers(link)}
        page = pages.show(request, "verification/entry_answered.html", None, context)
    if request.method == "POST":  # nothing of it was saved
        page.status_code = gone.status
    return page


def _answers(link: models.ProviderLink) -> list[tuple[str, str]]:
    answers = provider_links.answers_by(link)
    return [(str(LABELS[fact]), str(SAID[verdict])) for fact, verdict in answers.items()]


def _entry(request: HttpRequest, token: str) -> HttpResponse:
    at = clock.now()
    link = provider_links.get_link(token, at=at)
    with _in_their_language(request, link):
        entry = Entry(request, link, token)
        if request.method != "POST":  # mail scanners open links too, so nothing is recorded
            return entry.show(entry.form())
        provider_links.open_link(link, at=at)
        return entry.answer(Method.PROVIDER if request.POST.get("do") == ALL_RIGHT else None)
