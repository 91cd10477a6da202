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
from protect.directory.facts import FACT_LABELS
from protect.kernel import clock
from protect.orgs import enums, languages
from protect.orgs.access import scope_of
from protect.ui import pages
from protect.vault.sessions import gates
from protect.verification import errors, models
from protect.verification.checks.checks import CheckResult
from protect.verification.checks.forms import AnswersForm, FactsPage, SeenFactsForm
from protect.verification.provider_links import provider_links

ALL_RIGHT, NEW_LINK = "all", "again"  # buttons: all facts are right; send a new link
# Translators, of each below: what a service said of a fact in its entry.
ANSWER_LABELS = {  # on the page that shows a service the answers that it sent
    Verdict.CONFIRMED: gettext_lazy("Still right"),
    Verdict.CHANGED: gettext_lazy("Has changed; the new value is public"),
    Verdict.DISPUTED: gettext_lazy("Has changed; the new value was sent to us to be checked"),
}


@require_http_methods(["GET", "POST"])
def send_provider_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    service = access.get_service(scope, pk, enums.Permission.VERIFY_DIRECTORY)
    if request.method == "POST":
        provider_links.send_link(scope, service, at=at)
        message = _("The e-mail has been sent. Its link is valid for 14 days.")
        return pages.redirect_with_message(request, message, "directory:service", pk)
    context = {
        "service": service,
        "last": models.ProviderLink.objects.filter(service=service).first(),
        "is_only_in_demo": not provider_links.may_receive_mail(service),
        "question": _("Ask the service by e-mail?"),
        "effects": [
            _(
                "An e-mail is sent to the service's own address. It names no person and "
                "gives no details."
            ),
            _(
                "Its link opens one page, on which the service confirms its facts or "
                "changes them. No account is needed."
            ),
            _(
                "If the service changes hours, languages, cost, documents or free places, the "
                "entry is changed at once, unless a note contains a phone number or a link."
            ),
            _(
                "All other changes, such as a new number, a new address or a change of "
                "whom the service helps, wait for a moderator."
            ),
            _("Earlier links to this service stop working."),
        ],
        "verb": _("Send e-mail"),
        "back": reverse("directory:service", args=[pk]),
    }
    return pages.render_form_page(request, "verification/service_link.html", None, context)


class EntryPage(FactsPage[AnswersForm]):
    """The page behind a provider link, on which a service confirms or corrects its facts."""

    template = "verification/entry.html"

    def __init__(self, request: HttpRequest, link: models.ProviderLink, token: str) -> None:
        super().__init__(request, link.service, provider_links.facts_to_answer(link))
        self.link, self.token = link, token

    def form(self, data: Mapping[str, object] | None = None) -> AnswersForm:
        return AnswersForm(data, facts=self.views, unknown=self.unknown)

    def save(self, result: CheckResult, form: SeenFactsForm) -> HttpResponse:
        """Save the answers and show a page that says if the link still accepts free places."""
        language = translation.get_language() or "en"
        proposed_changes = provider_links.record_answers(
            self.token, result, language=language, at=self.at
        )
        self.link.refresh_from_db(fields=["answered_at"])
        context = {
            "is_judged": proposed_changes is not None,
            "is_open": bool(provider_links.facts_to_answer(self.link)),
            "link": self.link,
        }
        return pages.render_form_page(self.request, "verification/entry_done.html", None, context)

    def extra_context(self, form: AnswersForm) -> dict[str, object]:
        return {
            "link": self.link,
            "answers": _answer_rows(self.link),
            "service": self.service,
            "is_room_alone": self.link.answered_at is not None,
            "languages": languages.desk_languages().values(),
        }


@gates.open_to_all
@require_http_methods(["GET", "POST"])
def entry_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page of a provider link; a POST saves answers or, after them, mails a new link."""
    try:
        if request.POST.get("do") == NEW_LINK:
            at = clock.now()
            link = provider_links.get_answered_link(token, at=at)
            with _in_language(request, link):
                # Sending a new link revokes this one, so each link can request only one other.
                provider_links.send_link(None, link.service, at=at)
                return pages.render_form_page(request, "verification/entry_again.html")
        return _show_form_or_save_answers(request, token)
    except errors.LinkGone as gone:  # the service has no account, so it gets a page of its own
        return _show_unusable_link(request, token, gone)


def _in_language(request: HttpRequest, link: models.ProviderLink) -> AbstractContextManager[None]:
    """Return a context in the language that the URL requests, else in that of the mail."""
    requested_language = request.GET.get("in", "")
    is_offered = requested_language in settings.DESK_LANGUAGES
    language = requested_language if is_offered else provider_links.mail_language(link.service)
    return translation.override(languages.desk_language_of(language))


def _show_unusable_link(request: HttpRequest, token: str, error: errors.LinkGone) -> HttpResponse:
    """Show the answers of a link; without answers, or if expired or revoked, it looks gone."""
    try:
        link = provider_links.get_answered_link(token, at=clock.now())
    except errors.LinkGone:
        return render(request, "verification/entry_gone.html", status=error.status)
    with _in_language(request, link):
        context = {"link": link, "service": link.service, "answers": _answer_rows(link)}
        page = pages.render_form_page(request, "verification/entry_answered.html", None, context)
    if request.method == "POST":  # the submitted answers were not saved
        page.status_code = error.status
    return page


def _answer_rows(link: models.ProviderLink) -> list[tuple[str, str]]:
    verdicts = provider_links.verdicts_of_link(link).items()
    return [(str(FACT_LABELS[fact]), str(ANSWER_LABELS[verdict])) for fact, verdict in verdicts]


def _show_form_or_save_answers(request: HttpRequest, token: str) -> HttpResponse:
    at = clock.now()
    link = provider_links.get_open_link(token, at=at)
    with _in_language(request, link):
        page = EntryPage(request, link, token)
        if request.method != "POST":  # mail scanners open links too, so nothing is recorded
            return page.show(page.form())
        provider_links.record_first_submission(link, at=at)
        return page.handle_post(Method.PROVIDER if request.POST.get("do") == ALL_RIGHT else None)
