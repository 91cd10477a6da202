"""Pages for what went wrong: in the frame, with the way out, in the language of the address."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise

from protect.findhelp import access, addresses, enums
from protect.findhelp.views import frame, places
from protect.kernel.errors import ProtectError
from protect.reference.vocabulary import Language


def _handler(status: int) -> Callable[..., HttpResponse]:
    @login_not_required
    def handler(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        language = language_of(request)
        with translation.override(language.tag):
            return _show(request, language, "error.html", {"status": status}, status)

    return handler


error_400, error_404, error_500 = map(_handler, (400, 404, 500))


def refused_page(request: HttpRequest, error: ProtectError) -> HttpResponse:
    """Say why something was refused; after an address has closed, ask for the need again."""
    language = language_of(request)
    with translation.override(language.tag):
        # Visitors get the general page of what was written for operators, and of what failed here.
        is_ours = error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        is_for_visitors = isinstance(error.message, Promise) and not is_ours
        context: dict[str, object] = {"message": error.text()} if is_for_visitors else {}
        if isinstance(error, addresses.Expired):
            context |= places.needs_context(language, addresses.ANYWHERE)
            return _show(request, language, "closed.html", context, error.status)
        return _show(request, language, "error.html", context, error.status)


def language_of(request: HttpRequest) -> Language:
    """Return the language that the address asks for, or the first that is offered."""
    offered = access.languages()
    return offered.get(request.path.strip("/").split("/")[0]) or next(iter(offered.values()))


def _show(
    request: HttpRequest,
    language: Language,
    template: str,
    context: Mapping[str, object],
    status: int,
) -> HttpResponse:
    title = enums.Title.CLOSED if status == 410 else enums.Title.PAGE
    return frame.show(request, language, template, context, title=title, status=status)
