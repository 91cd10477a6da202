"""Turns refusals into pages, and whatever goes wrong on an API path into a problem document."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.views.defaults import bad_request

from protect.certificates.views.public_pages import CHECKS
from protect.findhelp.views import error_404, error_500, refused_page
from protect.kernel import refusals
from protect.kernel.errors import ProtectError
from protect.kernel.limits import LIMITS
from protect.kernel.problems import problem, refusal
from protect.kernel.visitors import address_of
from protect.site import refusal_log
from protect.site.errors import (
    DatabaseAway,
    Failed,
    FormTooOld,
    LengthMissing,
    NotAllowed,
    NotHere,
    NotThisWay,
    TooLarge,
)
from protect.site.next_steps import UPLOADS, next_step, split_message
from protect.site.zones import is_desk
from protect.trainings.base.pages.open_pages import not_found, open_refusal
from protect.trainings.base.sent_files import (
    HEADS,
    LISTS,
    MODULES,
    OPEN_LISTS,
    length_of,
    list_too_large,
    typed_too_long,
)
from protect.uploads.errors import UploadRefused
from protect.uploads.refusal_reasons import MOST_BYTES, Reason

log = logging.getLogger("protect")

PACKAGE = settings.BASE_DIR / "protect"
API_PATHS = ("/match", "/hsds")
OPEN_TRAININGS = ("/trainings/", "/certificates/", "/issuers/")
AWAY = (OperationalError, InterfaceError)  # what a database raises that cannot answer now
TITLES = {
    HTTPStatus.NOT_FOUND: ("not_found", "There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "Use the method that the API names."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "The body is larger than 64 KiB."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("failed", "This failed on our side. Nothing was kept."),
    HTTPStatus.BAD_REQUEST: ("bad_request", "The request cannot be read."),
}


class RefusalMiddleware:
    """Gives every refusal its page or its JSON; logs a route and a code, never a path or person.

    What was refused at the desk, and a key of a team that a visitor met and is not the team's, is
    noted for the officers of an organisation (`refusal_log`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with refusals.collected() as met:
            response = self._answered(request)
        for error in met:
            if error.retry_after:
                response.headers["Retry-After"] = str(error.retry_after)
        if is_desk(request):
            refusal_log.record_refusals(request, met)
        else:
            refusal_log.record_visitor_refusals(met)
        return response

    def _answered(self, request: HttpRequest) -> HttpResponseBase:
        is_api = request.path.startswith(API_PATHS)
        meta = request.META
        try:
            LIMITS.must_pass(address_of(meta))
            if length_of(request) > _most(request) and not _refuses_itself(request):
                raise TooLarge
            if "HTTP_TRANSFER_ENCODING" in meta:  # its body would be read as empty, and so lost
                raise LengthMissing
            response = self.get_response(request)
        except ProtectError as error:
            response = refused(request, error)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and is_desk(request):
            return _with_allowed(desk_page(request, NotThisWay()), response)
        if is_api and response.status_code in TITLES and not _is_problem(response):
            status = HTTPStatus(response.status_code)
            return _with_allowed(problem(status, *TITLES[status]), response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer what a person caused; Django calls `failed` for all that we caused.

        What only an operator can mend is logged, and on the desk answered as what it is.
        """
        if not isinstance(error, ProtectError):
            return None
        if not error.is_fault:
            return refused(request, error)
        if not is_desk(request):
            return None
        _log(request, error)
        return desk_page(request, error)


class UploadLimit:
    """Refuses a file that is too large before it is read, in the language of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _takes_files(request) and length_of(request) > _most(request):
            return desk_page(request, _too_large(request))
        return self.get_response(request)


def refused(request: HttpRequest, error: ProtectError) -> HttpResponseBase:
    """Return a refusal as its reader takes it: a problem document, a page, or a line for staff."""
    if request.path.startswith(API_PATHS):
        is_plain = isinstance(error, TooLarge)  # its page says less than a program needs
        return problem(error.status, *TITLES[error.status]) if is_plain else refusal(error)
    if is_desk(request):
        return desk_page(request, error)
    if request.path.startswith(OPEN_TRAININGS):
        return open_refusal(request, error)
    return refused_page(request, error)


def place_of(error: BaseException) -> str:
    """Return the innermost line of our code that an error came through, as `file:number`."""
    lines = [
        f"{Path(frame.filename).relative_to(settings.BASE_DIR)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(PACKAGE)
    ]
    return lines[-1] if lines else "?"


def _log(request: HttpRequest, error: BaseException) -> None:
    name = error.code if isinstance(error, ProtectError) else type(error).__name__
    route = request.resolver_match.route if request.resolver_match else "?"
    log.error("failed route=%s error=%s at=%s", route, name, place_of(error))


def _most(request: HttpRequest) -> int:
    """Return the largest body that an address takes. Units: bytes."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return most + MOST_BYTES if _takes_files(request) else most


def _too_large(request: HttpRequest) -> ProtectError:
    """Return the refusal that fits what an address takes: documents of a note, or tables."""
    if request.path.startswith("/directory/") or LISTS.fullmatch(request.path):
        return list_too_large(request)
    return UploadRefused(Reason.TOO_LARGE)


def _takes_files(request: HttpRequest) -> bool:
    path = request.path
    takes = any(each.fullmatch(path) for each in (LISTS, MODULES, HEADS))
    return is_desk(request) and (takes or path.endswith(UPLOADS))


def _refuses_itself(request: HttpRequest) -> bool:
    """Return whether what is too large is refused further in, in the language of its sender."""
    is_open = any(each.fullmatch(request.path) for each in (OPEN_LISTS, CHECKS))
    return _takes_files(request) or (is_open and not is_desk(request))


def _with_allowed(page: HttpResponse, plain: HttpResponseBase) -> HttpResponse:
    if allowed := plain.headers.get("Allow"):
        page.headers["Allow"] = allowed
    return page


def _is_problem(response: HttpResponseBase) -> bool:
    return "json" in response.headers.get("Content-Type", "")


@login_not_required
def desk_400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that a list was typed that is too long to be typed; else no more than Django says."""
    if isinstance(exception, RequestDataTooBig) and LISTS.fullmatch(request.path):
        return desk_page(request, typed_too_long(request))
    return bad_request(request, exception)


@login_not_required
def desk_404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return desk_page(request, NotHere())


@login_not_required
def open_404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404 to a visitor, below open addresses of trainings in the frame of trainings."""
    if request.path.startswith(OPEN_TRAININGS):
        return not_found(request)
    return error_404(request, exception)


@login_not_required
def desk_403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return desk_page(request, NotAllowed())


@login_not_required
def failed(request: HttpRequest) -> HttpResponseBase:
    """Log and answer the exception that Django handles while it calls this, from any layer.

    While the database is away, every page says so and a program hears when to ask again.
    """
    error = sys.exception()
    if error is not None:
        _log(request, error)
    if isinstance(error, AWAY):
        return refused(request, DatabaseAway())
    return desk_page(request, Failed()) if is_desk(request) else error_500(request)


@login_not_required
def csrf_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    return desk_page(request, FormTooOld())


def desk_page(request: HttpRequest, error: ProtectError) -> HttpResponse:
    """Say on the desk what happened, what is safe and what to do. Asks no database.

    Outside `SpeakTheirLanguage` the language is the browser's: the person is not known yet.
    """
    refusals.tell(error)
    tag = getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(request)
    with translation.override(tag):
        happened, more = split_message(error)
        way = next_step(request, error)
        page = {
            "happened": happened,
            "more": more,
            "safe": "",
            "todo": way.todo,
            "code": error.code,
            "back": way.url,
            "verb": way.verb,
            "others": way.others,
            "messages": (),  # they stand in the session, and wait there for the next page
        }
        text = render_to_string("ui/desk_error.html", page, request)
    return HttpResponse(text, status=error.status, headers={"Content-Language": tag})
