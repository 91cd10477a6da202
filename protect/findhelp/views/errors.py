"""Pages for what went wrong: in the frame, with the way out, in the language of the address."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise

from protect.findhelp import access, addresses
from protect.findhelp.views import frame, places
from protect.kernel.errors import ProtectError
from protect.reference.vocabulary import Language


def _handler(status: int) -> Callable[..., HttpResponse]:
    @login_not_required
    def handler(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        language = language_of(request)
        with translation.override(language.tag):
            return frame.show(request, language, "error.html", {"status": status}, status=status)

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
            return frame.show(request, language, "closed.html", context, status=error.status)
        return frame.show(request, language, "error.html", context, status=error.status)


def language_of(request: HttpRequest) -> Language:
    """Return the language that the address asks for, or the first that is offered."""
    offered = access.languages()
    return offered.get(request.path.strip("/").split("/")[0]) or next(iter(offered.values()))
