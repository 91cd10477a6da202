"""Turns refusals into pages, and whatever goes wrong on an API path into a problem document."""

import logging
import re
import sys
import traceback
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from django.views.defaults import bad_request

from protect.certificates.views.public_pages import CHECKS
from protect.findhelp.views.errors import error_404, error_500, refused_page
from protect.interchange.errors import FileTooLarge
from protect.kernel import refusals
from protect.kernel.errors import ProtectError
from protect.kernel.limits import LIMITS, address_of
from protect.orgs.errors import InvitationGone, TeamEndStopped
from protect.site import errors
from protect.site.refusals import log as refusals_log
from protect.site.zones import is_desk
from protect.trainings.base import sent_files
from protect.trainings.base.pages.open_pages import not_found, open_refusal
from protect.uploads.errors import UploadRefused
from protect.uploads.refusal_reasons import MOST_BYTES, Reason
from protect.vault.errors import PartnerKeyMismatch, RecordDamaged, ResetLinkGone, TeamKeyMismatch

UPLOADS = "/files"  # how the addresses end that take files
ENDING = "/retire"  # how the address ends at which a team is ended
SENTENCES = re.compile(r"(?<=[.!?؟])\s+")
OF_MAIL = (InvitationGone, ResetLinkGone)  # reached by a link in a mail: there is no earlier page

# What to do at alarms, beside going back. A class stands before the one that it extends.
WHAT_TO_DO = {
    # Translators: shown when the key of a team of another organisation is not what it has made.
    PartnerKeyMismatch: gettext_lazy(
        "The database may have been changed by an attacker who wants to read what you send. You "
        "can go on with your own notes and with other partners. Call the partner on a number that "
        "you know and tell them. Then call your data protection officer, who sees in the history "
        "of your organisation what was found and when."
    ),
    # Translators: shown when the keys in the database are not those that the team has made.
    TeamKeyMismatch: gettext_lazy(
        "The database may have been changed by a person who is not in your team. Do not write "
        "anything about survivors here until this is cleared up. Call a colleague in your team on "
        "a number that you know, and ask whether they see this page too. Then call your data "
        "protection officer, who sees in the history of your organisation what was refused and "
        "when."
    ),
    # Translators: shown when a note or file does not open, or an older text stands in its place.
    RecordDamaged: gettext_lazy(
        "The database may have been changed, or a disk is failing. The data protection officers "
        "of your organisation see in its history what was found: they are told on their desk, and "
        "by mail at most once an hour. Call them on a number that you know and say the reference. "
        "Do not erase this and do not write it anew in the same place: it shows what happened, "
        "and the operator of this system can look for it in a backup."
    ),
}

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


class NextStep(NamedTuple):
    todo: Promise | str  # "" where the refusal says it
    verb: str
    url: str
    others: tuple[dict[str, str], ...] = ()  # each with verb and url


def next_step(request: HttpRequest, error: ProtectError) -> NextStep:
    """Return the next step after a refusal. Queries no database."""
    if isinstance(error, OF_MAIL):
        return NextStep("", _("Sign in"), reverse("vault:sign_in"))
    if isinstance(error, RecordDamaged) and error.facts.get("note") is not None:
        return _from_damaged_note(request, error)
    for alarm, todo in WHAT_TO_DO.items():
        if isinstance(error, alarm):
            return NextStep(todo, _("Back to the desk"), "/")
    if isinstance(error, TeamEndStopped):
        return NextStep("", _("Back to the team"), request.path.removesuffix(ENDING))
    takes_files = request.path.endswith(UPLOADS)
    if takes_files and isinstance(error, UploadRefused):
        return NextStep("", _("Back to the note"), request.path.removesuffix(UPLOADS))
    if takes_files and isinstance(error, FileTooLarge):
        return NextStep("", _("Back to the import"), request.path.removesuffix(UPLOADS))
    way = _("Go back to where you were, or begin at the desk.")
    return NextStep(way, _("Go on from here"), "/")


def _from_damaged_note(request: HttpRequest, error: RecordDamaged) -> NextStep:
    versions = reverse("vault:note_versions", args=[error.facts["note"]])
    has_other = error.facts["earlier"] and request.get_full_path() != versions
    others = ({"verb": _("See earlier versions"), "url": versions},) if has_other else ()
    notes = reverse("vault:note_list", args=[error.facts.get("team")])
    return NextStep(WHAT_TO_DO[RecordDamaged], _("Back to the notes"), notes, others)


def split_message(error: ProtectError) -> tuple[str, str]:
    """Return the first sentence of an error, for a heading, and the others, "" for none."""
    first, *others = SENTENCES.split(error.text(), maxsplit=1)
    return first, "".join(others)


class RefusalMiddleware:
    """Gives every refusal its page or its JSON; logs a route and a code, never a path or person.
    What was refused at the desk, and a key of a team that a visitor met and is not the team's, is
    noted for the officers of an organisation (`log`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with refusals.collected() as met:
            response = self._answered(request)
        for error in met:
            if error.retry_after:
                response.headers["Retry-After"] = str(error.retry_after)
        if is_desk(request):
            refusals_log.record_refusals(request, met)
        else:
            refusals_log.record_visitor_refusals(met)
        return response

    def _answered(self, request: HttpRequest) -> HttpResponseBase:
        is_api = request.path.startswith(API_PATHS)
        meta = request.META
        try:
            LIMITS.must_pass(address_of(meta))
            if sent_files.length_of(request) > _most(request) and not _refuses_itself(request):
                raise errors.TooLarge
            if "HTTP_TRANSFER_ENCODING" in meta:  # its body would be read as empty, and so lost
                raise errors.SiteRefusal("length_missing")
            response = self.get_response(request)
        except ProtectError as error:
            response = refused(request, error)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and is_desk(request):
            page = desk_page(request, errors.SiteRefusal("method_not_allowed"))
            return _with_allowed(page, response)
        is_json = "json" in response.headers.get("Content-Type", "")
        if is_api and response.status_code in TITLES and not is_json:
            status = HTTPStatus(response.status_code)
            return _with_allowed(refusals.problem(status, *TITLES[status]), response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer what a person caused; log what an operator can mend. `failed` has the rest."""
        if not isinstance(error, ProtectError):
            return None
        if not error.is_fault:
            return refused(request, error)
        if not is_desk(request):
            return None
        _log(request, error)
        return desk_page(request, error)


class UploadLimit:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _takes_files(request) and sent_files.length_of(request) > _most(request):
            return desk_page(request, _too_large(request))
        return self.get_response(request)


def refused(request: HttpRequest, error: ProtectError) -> HttpResponseBase:
    """Return a refusal as its reader takes it: a problem document, a page, or a line for staff."""
    if request.path.startswith(API_PATHS):
        if isinstance(error, errors.TooLarge):  # its page says less than a program needs
            return refusals.problem(error.status, *TITLES[error.status])
        return refusals.refusal(error)
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
    if request.path.startswith("/directory/") or sent_files.LISTS.fullmatch(request.path):
        return sent_files.list_too_large(request)
    return UploadRefused(Reason.TOO_LARGE)


def _takes_files(request: HttpRequest) -> bool:
    path = request.path
    kinds = (sent_files.LISTS, sent_files.MODULES, sent_files.HEADS)
    takes = any(kind.fullmatch(path) for kind in kinds)
    return is_desk(request) and (takes or path.endswith(UPLOADS))


def _refuses_itself(request: HttpRequest) -> bool:
    is_open = any(each.fullmatch(request.path) for each in (sent_files.OPEN_LISTS, CHECKS))
    return _takes_files(request) or (is_open and not is_desk(request))


def _with_allowed(page: HttpResponse, plain: HttpResponseBase) -> HttpResponse:
    if allowed := plain.headers.get("Allow"):
        page.headers["Allow"] = allowed
    return page


@login_not_required
def desk_400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that a list was typed that is too long to be typed; else no more than Django says."""
    if isinstance(exception, RequestDataTooBig) and sent_files.LISTS.fullmatch(request.path):
        return desk_page(request, sent_files.typed_too_long(request))
    return bad_request(request, exception)


@login_not_required
def desk_404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return desk_page(request, errors.NotHere())


@login_not_required
def open_404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path.startswith(OPEN_TRAININGS):
        return not_found(request)
    return error_404(request, exception)


@login_not_required
def desk_403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return desk_page(request, errors.SiteRefusal("not_allowed"))


@login_not_required
def failed(request: HttpRequest) -> HttpResponseBase:
    """Log and answer what Django handles now. While the database is away, say when to ask again."""
    error = sys.exception()
    if error is not None:
        _log(request, error)
    if isinstance(error, AWAY):
        return refused(request, errors.SiteRefusal("database_away"))
    is_staff = is_desk(request)
    return desk_page(request, errors.SiteRefusal("failed")) if is_staff else error_500(request)


@login_not_required
def csrf_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    return desk_page(request, errors.SiteRefusal("form_too_old"))


def desk_page(request: HttpRequest, error: ProtectError) -> HttpResponse:
    """Say on the desk what happened and what to do. Asks no database, perhaps not who reads it."""
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
