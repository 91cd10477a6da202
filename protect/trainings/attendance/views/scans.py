"""Scans at the door, and scans of the signed sheet: two things of one name."""

from collections.abc import Iterator, Sequence
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
from protect.kernel.ids import typed_uuid
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.trainings.attendance import access, forms, lists
from protect.trainings.attendance.actions import attendance, sign_in_sheets
from protect.trainings.base.pages.frame import done, sent_data, show
from protect.trainings.base.pages.offline_pages import Keeping, as_copy, may_keep
from protect.trainings.scheduling.models import Session
from protect.vault.errors import RecordGone
from protect.vault.records import inbound
from protect.vault.rows import show_teams
from protect.vault.sessions.unlocked import unlocked

# What a browser shows of it all the same may run nothing, send nothing and load nothing.
POLICY = "sandbox; default-src 'none'"
MOST = 500  # scans sent at once


@may_keep
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    form = forms.ScanForm(sent_data(request), initial={"nonce": uuid4()})
    scanned: list[attendance.Scanned] = []
    scans = _sent(request)
    if scans and request.POST.get("by") == "script":
        return _answered(scope, session, scans)
    if scans:
        with form.mending():
            scanned = attendance.scan(scope, session, scans, at=clock.now())
            form = forms.ScanForm(initial={"nonce": uuid4()})
    context = {
        "session": session,
        "edition": session.training,
        "done": [_scan_result(each) for each in scanned],
        "counts": [*lists.counted(lists.lines_of(session))],
        "keeping": Keeping(
            pk,
            copy=reverse("trainings:attendance_scan_copy", args=[pk]),
            worker=reverse("trainings:keeper"),
            within=reverse("trainings:attendance_scan", args=[pk]),
        ),
    }
    return show(request, "trainings/scan.html", form, context)


@require_safe
def scan_copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the page without the training and without a name: what a device keeps of it."""
    session = access.get_session(scope_of(request), pk)
    context = {"key": session.pk, "keeping": None}
    return as_copy(show(request, "trainings/scan_copy.html", forms.ScanForm(), context))


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def sheets(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cleaning takes seconds: it runs between two transactions, so that it holds no lock."""
    form = forms.SheetForm(request.POST or None, request.FILES or None)
    with _own_rows(request):
        access.get_session(scope_of(request), pk)
    if form.is_valid():
        with form.mending():
            new = form.cleaned()
            with _own_rows(request):
                scope = scope_of(request)
                session = access.get_session(scope, pk)
                sign_in_sheets.keep_scan(scope, session, new, at=clock.now())
            message = _("Sealed. The team of this training can open it.")
            return done(request, message, "trainings:attendance_sheets", pk)
    with _own_rows(request):
        session = access.get_session(scope_of(request), pk)
        edition = session.training
        context = {
            "session": session,
            "edition": edition,
            "sheets": session.sheets.select_related("added_by").order_by("added_at", "pk"),
            "may_open": edition.logistics_team_id in scope_of(request).teams,
            "is_reachable": inbound.is_reachable(edition.logistics_team),
        }
        return show(request, "trainings/sheets.html", form, context)


@require_safe
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    sheet = access.get_sheet(scope_of(request), pk)
    try:
        about, content = inbound.opened_file(unlocked(request), sheet.record, at=clock.now())
    except RecordGone:
        raise Http404 from None
    headers = {
        "Content-Disposition": f'attachment; filename="sheet-{sheet.pk}"',
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=about.type, headers=headers)


def _sent(request: HttpRequest) -> list[attendance.Scan]:
    """Return the scans of a post: one of the form, or those that waited on a phone."""
    pairs = zip(request.POST.getlist("nonce"), request.POST.getlist("code"), strict=False)
    typed = ((typed_uuid(nonce), code) for nonce, code in islice(pairs, MOST))
    return [attendance.Scan(nonce, code[:80]) for nonce, code in typed if nonce]


def _answered(scope: Scope, session: Session, scans: Sequence[attendance.Scan]) -> JsonResponse:
    try:
        scanned = attendance.scan(scope, session, scans, at=clock.now())
    except errors.ProtectError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        refusals.tell(error)
        return refusals.refusal(error)
    return JsonResponse({"done": [_scan_result(each) for each in scanned]})


def _scan_result(each: attendance.Scanned) -> dict[str, str]:
    row = each.registration
    return {
        "nonce": str(each.scan.nonce),
        "code": each.scan.code,
        # Translators: a code that was scanned belongs to no participant of this half day.
        "said": row.participant.name if row else _("No participant here has this code"),
    }


@contextmanager
def _own_rows(request: HttpRequest) -> Iterator[None]:
    """Open a transaction that sees the rows of this person's teams, as other pages have one."""
    with transaction.atomic():
        show_teams(scope_of(request).teams)
        yield
