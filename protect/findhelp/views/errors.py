"""Error pages: with the frame, the exit and the language of the URL."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise

from protect.findhelp import addresses, mirrors
from protect.findhelp.answers.names import organisation_name
from protect.findhelp.views import frame, places
from protect.kernel.errors import ProtectError
from protect.matching import published
from protect.reference.vocabulary import Language


def _build_handler(status: int) -> Callable[..., HttpResponse]:
    @login_not_required
    def handler(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        language = language_of(request)
        with translation.override(language.tag):
            return frame.show(request, language, "error.html", {"status": status}, status=status)

    return handler


error_400, error_404, error_500 = map(_build_handler, (400, 404, 500))


def refused_page(request: HttpRequest, error: ProtectError) -> HttpResponse:
    """Show why a request was refused; after a URL has expired, ask for the place again."""
    language = language_of(request)
    with translation.override(language.tag):
        # Messages for operators, and faults on our side, are shown to visitors as a general page.
        is_ours = error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        is_for_visitors = isinstance(error.message, Promise) and not is_ours
        context: dict[str, object] = {"message": error.text()} if is_for_visitors else {}
        if isinstance(error, addresses.AddressExpired):
            context |= places.countries_context(request, language)
            context |= _service_context(request, language)
            return frame.show(request, language, "closed.html", context, status=error.status)
        return frame.show(request, language, "error.html", context, status=error.status)


def _service_context(request: HttpRequest, language: Language) -> dict[str, object]:
    """Return the service of an expired URL, so that its number is not lost. The page names the
    organisation only: what a service does would tell what the visitor looked for."""
    code = request.resolver_match.kwargs.get("code", "") if request.resolver_match else ""
    try:
        row = published.service_by_code(code)
    except Error:
        return {}
    if row is None:
        return {}
    return {"row": row, "country": row.country, "name": organisation_name(row)}


def language_of(request: HttpRequest) -> Language:
    """Return the language of the URL, or the first language that is offered."""
    offered = mirrors.offered_languages(request)
    return offered.get(request.path.strip("/").split("/")[0]) or next(iter(offered.values()))
