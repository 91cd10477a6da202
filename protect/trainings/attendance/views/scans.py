from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from itertools import islice
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock, errors, refusals
from protect.kernel.ids import parse_uuid
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.trainings.attendance import access, forms, lists
from protect.trainings.attendance.actions import attendance, sign_in_sheets
from protect.trainings.base.pages.frame import done, sent_data, show
from protect.trainings.base.pages.offline_pages import OfflineSettings, allow_copy, set_copy_expiry
from protect.trainings.scheduling.models import Session
from protect.vault.errors import RecordGone
from protect.vault.records import inbound
from protect.vault.rows import show_rows_of_teams
from protect.vault.sessions.unlocked import get_unlocked

# If a browser displays the download, the file can run no script, send nothing and load nothing.
DOWNLOAD_CSP = "sandbox; default-src 'none'"
MAX_SCANS = 500  # scans of one request that are read; the others are dropped


@allow_copy
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the page for scanning codes, or record the codes that its form or script sends."""
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    form = forms.ScanForm(sent_data(request), initial={"nonce": uuid4()})
    scanned: list[attendance.ScanResult] = []
    scans = _posted_scans(request)
    if scans and request.POST.get("by") == "script":
        return _record_as_json(scope, session, scans)
    if scans:
        with form.showing_refusals():
            scanned = attendance.record_scans(scope, session, scans, at=clock.now())
            form = forms.ScanForm(initial={"nonce": uuid4()})
    context = {
        "session": session,
        "edition": session.training,
        "done": [_scan_result_json(each) for each in scanned],
        "counts": [*lists.count_states(lists.lines_of(session))],
        "keeping": OfflineSettings(
            pk,
            copy=reverse("trainings:attendance_scan_copy", args=[pk]),
            worker=reverse("trainings:keeper"),
            within=reverse("trainings:attendance_scan", args=[pk]),
        ),
    }
    return show(request, "trainings/scan.html", form, context)


@require_safe
def scan_copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the scan page without training and names, for a device to store offline."""
    context = {"key": access.get_session(scope_of(request), pk).pk, "keeping": None}
    return set_copy_expiry(show(request, "trainings/scan_copy.html", forms.ScanForm(), context))


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def sheets(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List a session's signed sheets, or add one; its file is cleaned outside any transaction."""
    form = forms.SignedSheetForm(request.POST or None, request.FILES or None)
    with _team_rows_visible(request):
        access.get_session(scope_of(request), pk)
    if form.is_valid():
        with form.showing_refusals():
            new = form.clean_document()
            with _team_rows_visible(request):
                scope = scope_of(request)
                session = access.get_session(scope, pk)
                sign_in_sheets.store_scan(scope, session, new, at=clock.now())
            message = _("Saved. Only the team that arranges what people need can open it.")
            return done(request, message, "trainings:attendance_sheets", pk)
    with _team_rows_visible(request):
        session = access.get_session(scope_of(request), pk)
        edition = session.training
        context = {
            "session": session,
            "edition": edition,
            "sheets": session.sheets.select_related("added_by").order_by("added_at", "pk"),
            "may_open": edition.logistics_team_id in scope_of(request).teams,
            "is_reachable": inbound.can_receive(edition.logistics_team),
        }
        return show(request, "trainings/sheets.html", form, context)


@require_safe
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Download the scan of a signed sheet, decrypted with the user's key."""
    sheet = access.get_signed_sheet(scope_of(request), pk)
    try:
        about, content = inbound.open_file(get_unlocked(request), sheet.record, at=clock.now())
    except RecordGone:
        raise Http404 from None
    headers = {
        "Content-Disposition": f'attachment; filename="sheet-{sheet.pk}"',
        "Content-Security-Policy": DOWNLOAD_CSP,
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=about.type, headers=headers)


def _posted_scans(request: HttpRequest) -> list[attendance.Scan]:
    """Return at most MAX_SCANS scans of the form or of an offline phone; skip bad nonces."""
    pairs = zip(request.POST.getlist("nonce"), request.POST.getlist("code"), strict=False)
    typed = ((parse_uuid(nonce), code) for nonce, code in islice(pairs, MAX_SCANS))
    return [attendance.Scan(nonce, code[:80]) for nonce, code in typed if nonce]


def _record_as_json(scope: Scope, session: Session, scans: list[attendance.Scan]) -> JsonResponse:
    """Record scans as attendance, and return the results, or the refusal, as JSON."""
    try:
        scanned = attendance.record_scans(scope, session, scans, at=clock.now())
    except errors.ProtectError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        refusals.report_refusal(error)
        return refusals.refusal_response(error)
    return JsonResponse({"done": [_scan_result_json(each) for each in scanned]})


def _scan_result_json(result: attendance.ScanResult) -> dict[str, str]:
    row = result.registration
    return {
        "nonce": str(result.scan.nonce),
        "code": result.scan.code,
        # Translators: a code that was scanned belongs to no participant of this session.
        "said": row.participant.name if row else _("No participant here has this code"),
    }


@contextmanager
def _team_rows_visible(request: HttpRequest) -> Iterator[None]:
    """Open a transaction in which the database shows the rows of this user's teams."""
    with transaction.atomic():
        show_rows_of_teams(scope_of(request).teams)
        yield
