"""Turn refusals into pages, and every error on an API path into a problem document."""

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

from protect.campaigns.films.uploads import FILM_PATHS, film_too_large
from protect.certificates.views.public_pages import CERTIFICATE_CHECK_PATHS
from protect.findhelp.views.errors import error_404, error_500, refused_page
from protect.interchange.errors import FileTooLarge
from protect.kernel import limits, refusals
from protect.kernel.errors import ProtectError
from protect.orgs.errors import InvitationGone, TeamEndStopped
from protect.programme.views import enquiry_form as programme
from protect.site import errors, zones
from protect.site.refusals import log as refusals_log
from protect.trainings.base import sent_files
from protect.trainings.base.pages.open_pages import open_refusal, public_not_found
from protect.uploads.errors import UploadRefused
from protect.uploads.refusal_reasons import Reason
from protect.uploads.upload_handler import max_upload_bytes
from protect.vault.errors import PartnerKeyMismatch, RecordDamaged, ResetLinkGone, TeamKeyMismatch

UPLOAD_SUFFIX = "/files"  # suffix of addresses that accept files
# Forms with a file whose own address shows them again.
OWN_FORM_PATHS = re.compile("/(?:groups|materials|texts)/.+/files")
RETIRE_SUFFIX = "/retire"  # after the address of a team's page: of the page that retires it
SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+")
MAILED_LINK_ERRORS = (InvitationGone, ResetLinkGone)  # of a link in a mail: no page to go back to

# What to do after an alarm, besides going back. A subclass stands before its base class.
ALARM_ADVICE = {
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
PACKAGE = settings.BASE_DIR / "protect"  # lines of files in it are our code in a traceback
API_PATHS = ("/match", "/hsds")  # beginnings of the paths of all APIs
OPEN_TRAINING_PATHS = ("/trainings/", "/certificates/", "/issuers/")  # beginnings of public paths
DATABASE_AWAY_ERRORS = (OperationalError, InterfaceError)  # raised while the database cannot answer
PROBLEM_TITLES = {  # code and title of a problem document
    HTTPStatus.NOT_FOUND: ("not_found", "There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "Use the method that the API names."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "The body is larger than 64 KiB."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("failed", "This failed on our side. Nothing was kept."),
    HTTPStatus.BAD_REQUEST: ("bad_request", "The request cannot be read."),
}


class NextStep(NamedTuple):
    """What a user can do after a refusal: advice, a link with its verb, and other links."""

    todo: Promise | str  # "" if the refusal itself says it
    verb: str
    url: str
    others: tuple[dict[str, str], ...] = ()  # each with verb and url


def next_step(request: HttpRequest, error: ProtectError) -> NextStep:
    """Return what the user can do after a refusal. Queries no database."""
    if isinstance(error, MAILED_LINK_ERRORS):
        return NextStep("", _("Sign in"), reverse("vault:sign_in"))
    if isinstance(error, RecordDamaged) and error.facts.get("note") is not None:
        return _damaged_note_step(request, error)
    for alarm, todo in ALARM_ADVICE.items():
        if isinstance(error, alarm):
            return NextStep(todo, _("Back to the desk"), "/")
    if isinstance(error, TeamEndStopped):
        return NextStep("", _("Back to the team"), request.path.removesuffix(RETIRE_SUFFIX))
    if request.path.endswith(UPLOAD_SUFFIX) and (step := _file_step(request, error)):
        return step
    way = _("Go back to the page where you were, or start at the home page.")
    return NextStep(way, _("Go to the home page"), "/")


def _file_step(request: HttpRequest, error: ProtectError) -> NextStep | None:
    """Return the step back to where a file was chosen."""
    if OWN_FORM_PATHS.fullmatch(request.path):
        return NextStep("", _("Back to the form"), request.path)
    above = request.path.removesuffix(UPLOAD_SUFFIX)
    if isinstance(error, UploadRefused):
        return NextStep("", _("Back to the note"), above)
    if isinstance(error, FileTooLarge):
        return NextStep("", _("Back to the import"), above)
    return None


def _damaged_note_step(request: HttpRequest, error: RecordDamaged) -> NextStep:
    """Return the step back to the notes and, if there are any, to earlier versions."""
    versions = reverse("vault:note_versions", args=[error.facts["note"]])
    has_other = error.facts["earlier"] and request.get_full_path() != versions
    others = ({"verb": _("See earlier versions"), "url": versions},) if has_other else ()
    notes = reverse("vault:note_list", args=[error.facts.get("team")])
    return NextStep(ALARM_ADVICE[RecordDamaged], _("Back to the notes"), notes, others)


def split_message(error: ProtectError) -> tuple[str, str]:
    """Return the first sentence of an error, for the heading, and the rest, "" if none."""
    first, *others = SENTENCE_END.split(error.text(), maxsplit=1)
    return first, "".join(others)


class RefusalMiddleware:
    """Answer every refusal with a page or JSON; log route and code, never a path or user.
    Refusals at the desk, and forged team keys that visitors met, are recorded for the data
    protection officers of an organisation (`log`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with refusals.collect_refusals() as collected:
            response = self._respond(request)
        for error in collected:
            if error.retry_after:
                response.headers["Retry-After"] = str(error.retry_after)
        if zones.is_desk(request):
            refusals_log.record_refusals(request, collected)
        else:
            refusals_log.record_visitor_refusals(collected)
        return response

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        """Check request rate and body size, then return the response, or a page or JSON."""
        is_api = request.path.startswith(API_PATHS)
        meta = request.META
        try:
            limits.RATE_LIMITER.count_request(limits.client_address(meta))
            is_too_long = sent_files.content_length(request) > _max_body_bytes(request)
            if is_too_long and not _view_checks_size(request):
                raise errors.BodyTooLarge
            if "HTTP_TRANSFER_ENCODING" in meta:  # Django would lose its body
                raise errors.SiteRefusal("length_missing")
            response = self.get_response(request)
        except ProtectError as error:
            response = respond_to_refusal(request, error)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and zones.is_desk(request):
            page = desk_page(request, errors.SiteRefusal("method_not_allowed"))
            return _copy_allow_header(page, response)
        is_json = "json" in response.headers.get("Content-Type", "")
        if is_api and response.status_code in PROBLEM_TITLES and not is_json:
            status = HTTPStatus(response.status_code)
            problem = refusals.problem_response(status, *PROBLEM_TITLES[status])
            return _copy_allow_header(problem, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer errors that a user caused; log faults. `failed` handles all other exceptions."""
        if not isinstance(error, ProtectError):
            return None
        if not error.is_fault:
            return respond_to_refusal(request, error)
        if not zones.is_desk(request):
            return None
        _log_failure(request, error)
        return desk_page(request, error)


class UploadLimit:
    """Middleware: refuse a request with files over the size limit of its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _takes_files(request) and sent_files.content_length(request) > _max_body_bytes(request):
            return desk_page(request, _too_large_error(request))
        return self.get_response(request)


def respond_to_refusal(request: HttpRequest, error: ProtectError) -> HttpResponseBase:
    """Return a refusal in the form that its reader needs: problem document or page."""
    if request.path.startswith(API_PATHS):
        if isinstance(error, errors.BodyTooLarge):  # its page says too little for a program
            return refusals.problem_response(error.status, *PROBLEM_TITLES[error.status])
        return refusals.refusal_response(error)
    if zones.is_desk(request):
        return desk_page(request, error)
    if request.path.startswith(OPEN_TRAINING_PATHS):
        return open_refusal(request, error)
    if zones.is_programme(request):
        return programme.refused(request, error)
    return refused_page(request, error)


def code_location_of(error: BaseException) -> str:
    """Return the innermost line of our code in a traceback, as `file:number`; "?" for none."""
    locations = [
        f"{Path(frame.filename).relative_to(settings.BASE_DIR)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(PACKAGE)
    ]
    return locations[-1] if locations else "?"


def _log_failure(request: HttpRequest, error: BaseException) -> None:
    name = error.code if isinstance(error, ProtectError) else type(error).__name__
    route = request.resolver_match.route if request.resolver_match else "?"
    log.error("failed route=%s error=%s at=%s", route, name, code_location_of(error))


def _max_body_bytes(request: HttpRequest) -> int:
    """Return the largest request body that an address accepts. Units: bytes."""
    max_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return max_bytes + max_upload_bytes(request.path) if _takes_files(request) else max_bytes


def _too_large_error(request: HttpRequest) -> ProtectError:
    if FILM_PATHS.fullmatch(request.path):
        return film_too_large(sent_files.content_length(request))
    if request.path.startswith("/directory/") or sent_files.NAME_LIST_PATHS.fullmatch(request.path):
        return sent_files.name_list_too_large(request)
    return UploadRefused(Reason.TOO_LARGE)


def _takes_files(request: HttpRequest) -> bool:
    """Return whether an address of the desk accepts files; False at the public site."""
    path = request.path
    kinds = (sent_files.NAME_LIST_PATHS, sent_files.MODULE_PATHS, sent_files.LETTERHEAD_PATHS)
    is_listed = any(kind.fullmatch(path) for kind in kinds)
    return zones.is_desk(request) and (is_listed or path.endswith(UPLOAD_SUFFIX))


def _view_checks_size(request: HttpRequest) -> bool:
    """Return whether `UploadLimit` or the view itself refuses a body that is too large."""
    patterns = (sent_files.PUBLIC_NAME_LIST_PATHS, CERTIFICATE_CHECK_PATHS)
    is_open = any(pattern.fullmatch(request.path) for pattern in patterns)
    return _takes_files(request) or (is_open and not zones.is_desk(request))


def _copy_allow_header(page: HttpResponse, plain: HttpResponseBase) -> HttpResponse:
    if allowed := plain.headers.get("Allow"):
        page.headers["Allow"] = allowed
    return page


@login_not_required
def desk_400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that a typed list is too long; for any other bad request answer as Django does."""
    is_too_long = isinstance(exception, RequestDataTooBig)
    if is_too_long and sent_files.NAME_LIST_PATHS.fullmatch(request.path):
        return desk_page(request, sent_files.text_too_long(request))
    return bad_request(request, exception)


@login_not_required
def desk_404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return desk_page(request, errors.NotFound())


@login_not_required
def open_404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an unknown or forbidden public address, as a page of trainings, of the programme's
    site or of find-help."""
    if request.path.startswith(OPEN_TRAINING_PATHS):
        return public_not_found(request)
    if zones.is_programme(request):
        return programme.not_found(request)
    return error_404(request, exception)


@login_not_required
def desk_403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return desk_page(request, errors.SiteRefusal("not_allowed"))


@login_not_required
def failed(request: HttpRequest) -> HttpResponseBase:
    """Log and answer an unexpected error. While the database is away, say when to try again."""
    error = sys.exception()
    if error is not None:
        _log_failure(request, error)
    if isinstance(error, DATABASE_AWAY_ERRORS):
        return respond_to_refusal(request, errors.SiteRefusal("database_away"))
    if zones.is_programme(request):
        return programme.failed(request)
    is_staff = zones.is_desk(request)
    return desk_page(request, errors.SiteRefusal("failed")) if is_staff else error_500(request)


@login_not_required
def csrf_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    return desk_page(request, errors.SiteRefusal("form_too_old"))


def desk_page(request: HttpRequest, error: ProtectError) -> HttpResponse:
    """Render a refusal at the desk: what happened, and what to do. Queries no database."""
    refusals.report_refusal(error)
    tag = getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(request)
    with translation.override(tag):
        heading, more = split_message(error)
        step = next_step(request, error)
        page = {
            "happened": heading,
            "more": more,
            "safe": "",
            "todo": step.todo,
            "code": error.code,
            "back": step.url,
            "verb": step.verb,
            "others": step.others,
            "messages": (),  # they stay in the session for the next page
        }
        text = render_to_string("ui/desk_error.html", page, request)
    return HttpResponse(text, status=error.status, headers={"Content-Language": tag})
