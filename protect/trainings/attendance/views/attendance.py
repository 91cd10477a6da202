from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from itertools import islice
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock, errors, ids, refusals
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.reference.formats import date_text, time_text
from protect.trainings.attendance import access, enums, forms, lists, tables
from protect.trainings.attendance.actions import attendance as actions, sign_in_sheets
from protect.trainings.base.access import get_chosen_row
from protect.trainings.base.pages.frame import redirect_with_message, render_form_page, sent_data
from protect.trainings.base.pages.offline_pages import OfflineSettings, allow_copy, set_copy_expiry
from protect.trainings.base.pages.open_pages import open_page, show_open
from protect.trainings.documents.paper.sheets import attendance_pdf
from protect.trainings.registrations.access import get_registration_by_token
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.access import editions_of, get_edition
from protect.trainings.scheduling.models import Session
from protect.ui.press import qr_svg
from protect.ui.spreadsheet import XLSX_TYPE
from protect.vault.errors import RecordGone
from protect.vault.records import inbound
from protect.vault.rows import show_rows_of_teams
from protect.vault.sessions.unlocked import get_unlocked


@require_http_methods(["GET", "POST"])
def attendance(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show and record the attendance of a session, by name or by a printed sheet."""
    scope, at = scope_of(request), clock.now()
    session = access.get_session(scope, pk)
    typed = ids.normalise_code(request.GET.get("list", ""))
    printed = session.lists.filter(code=typed).first() if typed else None
    lines = lists.lines_of(session, printed)
    planned = lists.planned_minutes(session)
    form = forms.AttendanceForm(sent_data(request), lines=lines, planned=planned)
    if form.is_valid():
        with form.showing_refusals():
            method = enums.AttendanceMethod.SHEET if printed else enums.AttendanceMethod.LIST
            changed = actions.record_attendance(scope, session, [*form.changes()], method, at=at)
            messages.success(request, _recorded_message(len(changed)))
            return redirect(request.get_full_path())
        form.accept_current_states(lines)
    recordable_from = session.starts_at - actions.RECORDABLE_BEFORE_START
    context = {
        "session": session,
        "edition": session.training,
        "typed": form.line_fields(),
        "counts": [*lists.count_states(lines)],
        "waiting": [line for line in lines if line.is_excuse_pending],
        "printed": printed,
        "is_unknown_list": bool(typed and printed is None),
        "code_form": forms.SheetCodeForm(initial={"list": typed}),
        "undo": ids.parse_uuid(request.GET.get("undo", "")),
        "key": uuid4(),
        "is_on": session.cancelled_at is None and recordable_from <= at,
        "pictured": lists.picture_consent_names(lines),
    }
    return render_form_page(request, "trainings/attendance.html", form, context)


@require_POST
def attendance_all_present(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record as present all participants of a session who have no record yet."""
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    key = ids.parse_uuid(request.POST.get("key", "")) or uuid4()
    changed = actions.record_all_present(scope, session, key, at=clock.now())
    messages.success(request, _recorded_message(len(changed)))
    return redirect(f"{reverse('trainings:attendance', args=[pk])}?undo={key}")


@require_POST
def attendance_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo one click on *All present*, except for records that changed since."""
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    if key := ids.parse_uuid(request.POST.get("key", "")):
        actions.undo_all_present(scope, session, key, at=clock.now())
        messages.success(request, _("The entry was withdrawn."))
    return redirect("trainings:attendance", pk)


@require_POST
def excuses_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record as excused all participants of a session with an excuse and no record."""
    scope = scope_of(request)
    changed = actions.confirm_excuses(scope, access.get_session(scope, pk), at=clock.now())
    return redirect_with_message(
        request, _recorded_message(len(changed)), "trainings:attendance", pk
    )


@require_POST
def list_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Store the current sign-in sheet of a session, and redirect to its PDF."""
    scope = scope_of(request)
    printed = sign_in_sheets.print_sheet(scope, access.get_session(scope, pk), at=clock.now())
    return redirect("trainings:list_pdf", printed.pk)


@require_safe
def sign_in_sheet_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send the printed sheet `pk` as PDF with the participants' current names."""
    scope = scope_of(request)
    printed = access.get_printed_list(scope, pk)
    session = access.get_session(scope, printed.session_id)
    tag = get_language() or "en"
    body = attendance_pdf(sign_in_sheets.sign_in_sheet(printed, session, tag), tag)
    headers = {"Content-Disposition": f'inline; filename="list-{printed.code}.pdf"'}
    return HttpResponse(body, content_type="application/pdf", headers=headers)


def _recorded_message(number: int) -> str:
    return ngettext(
        "Attendance was recorded for {n} person.", "Attendance was recorded for {n} people.", number
    ).format(n=number)


@require_safe
def edition_attendance(request: HttpRequest, pk: UUID) -> HttpResponse:
    edition = get_edition(scope_of(request), pk)
    people = lists.confirmed_in_name_order(edition)
    shares = lists.shares_of(edition, [person.pk for person in people])
    context = {"edition": edition, "people": [(person, shares[person.pk]) for person in people]}
    return render_form_page(request, "trainings/attended.html", None, context)


@require_safe
def attendance_export(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    edition = get_edition(scope_of(request), pk)
    headers = {"Content-Disposition": f'attachment; filename="attendance-{edition.code}.{kind}"'}
    if kind == "csv":
        text = tables.export_csv(edition)
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
    book = tables.export_xlsx(edition, "rtl" if get_language_bidi() else "ltr")
    return HttpResponse(book, content_type=XLSX_TYPE, headers=headers)


@require_http_methods(["GET", "POST"])
def registration_make_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record that a participant made up for a missed session in another edition of the course."""
    scope = scope_of(request)
    registration = access.get_registration(scope, pk)
    missed, others = _past_session_choices(registration), _sibling_sessions(scope, registration)
    form = forms.MakeUpForm(sent_data(request), missed=missed, others=others)
    if form.is_valid():
        with form.showing_refusals():
            missed_session = access.get_session(scope, UUID(form.cleaned_data["missed_session"]))
            session = access.get_session(scope, UUID(form.cleaned_data["session"]))
            actions.record_make_up(scope, registration, missed_session, session, at=clock.now())
            return redirect_with_message(
                request, _("Noted."), "trainings:edition_attended", registration.edition_id
            )
    context = {"edition": registration.edition, "registration": registration}
    return render_form_page(request, "trainings/make_up.html", form, context)


def _past_session_choices(registration: Registration) -> forms.Choices:
    rows = registration.edition.sessions.not_cancelled().filter(starts_at__lte=clock.now())
    return [
        (session.pk, _session_start_text(session))
        for session in rows.order_by("starts_at", "number")
    ]


def _sibling_sessions(scope: Scope, registration: Registration) -> forms.Choices:
    """Return the past sessions of other editions of the course as choices, the latest first."""
    course = registration.edition.course_version.course_id
    editions = editions_of(scope).filter(course_version__course=course)
    others = editions.exclude(pk=registration.edition_id).values("pk")
    rows = Session.objects.not_cancelled().filter(edition__in=others, starts_at__lte=clock.now())
    shown = rows.select_related("edition").order_by("-starts_at", "pk")
    return [
        (session.pk, f"{_session_start_text(session)} · {session.training.code}")
        for session in shown
    ]


def _session_start_text(session: Session) -> str:
    tag, starts = get_language() or "en", session.starts_at.astimezone(ZoneInfo(session.zone))
    return f"{date_text(starts.date(), tag)}, {time_text(starts, tag)}"


@open_page
@require_http_methods(["GET", "POST"])
def own_attendance(request: HttpRequest, token: str) -> HttpResponse:
    """Show a participant's check-in code; record or withdraw their excuses."""
    registration, at = get_registration_by_token(token), clock.now()
    sessions = registration.edition.sessions.not_cancelled()
    is_withdrawn = "take_back" in request.POST
    if is_withdrawn:
        session = get_chosen_row(sessions, request.POST["take_back"])
        is_withdrawn = actions.withdraw_excuse(registration, session, at=at)
    elif request.method == "POST":
        form = forms.OwnExcuseForm(request.POST)
        if not form.is_valid():
            raise Http404
        session = get_chosen_row(sessions, request.POST["session"])
        key = uuid5(form.cleaned_data["sent_key"], str(session.pk))  # one form per session
        actions.record_excuse(registration, session, key, at=at)
        return show_open(request, "trainings/public/excused.html", None, {"token": token})
    context = {"token": token, "is_withdrawn": is_withdrawn, "sessions": []}
    if registration.state == RegistrationState.CONFIRMED:
        own_excuses = actions.excuses_of(registration)
        excused = [excuse.session_id for excuse in own_excuses]
        rows = sessions.filter(starts_at__gt=at).exclude(pk__in=excused)
        context |= {
            "sessions": rows.order_by("starts_at", "number"),
            "sent_key": uuid4(),
            "square": qr_svg(str(registration.pk).upper()),
            "excuses": own_excuses,
            "at": at,
        }
    return show_open(request, "trainings/public/own_attendance.html", None, context)


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
    scanned: list[actions.ScanResult] = []
    scans = _posted_scans(request)
    if scans and request.POST.get("by") == "script":
        return _record_as_json(scope, session, scans)
    if scans:
        with form.showing_refusals():
            scanned = actions.record_scans(scope, session, scans, at=clock.now())
            form = forms.ScanForm(initial={"nonce": uuid4()})
    context = {
        "session": session,
        "edition": session.training,
        "done": [_scan_result_json(result) for result in scanned],
        "counts": [*lists.count_states(lists.lines_of(session))],
        "keeping": OfflineSettings(
            pk,
            copy=reverse("trainings:attendance_scan_copy", args=[pk]),
            worker=reverse("trainings:keeper"),
            within=reverse("trainings:attendance_scan", args=[pk]),
        ),
    }
    return render_form_page(request, "trainings/scan.html", form, context)


@require_safe
def scan_copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the scan page without training and names, for a device to store offline."""
    context = {"key": access.get_session(scope_of(request), pk).pk, "keeping": None}
    return set_copy_expiry(
        render_form_page(request, "trainings/scan_copy.html", forms.ScanForm(), context)
    )


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
            return redirect_with_message(request, message, "trainings:attendance_sheets", pk)
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
        return render_form_page(request, "trainings/sheets.html", form, context)


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


def _posted_scans(request: HttpRequest) -> list[actions.Scan]:
    """Return at most MAX_SCANS scans of the form or of an offline phone; skip bad nonces."""
    pairs = zip(request.POST.getlist("nonce"), request.POST.getlist("code"), strict=False)
    typed = ((ids.parse_uuid(nonce), code) for nonce, code in islice(pairs, MAX_SCANS))
    return [actions.Scan(nonce, code[:80]) for nonce, code in typed if nonce]


def _record_as_json(scope: Scope, session: Session, scans: list[actions.Scan]) -> JsonResponse:
    """Record scans as attendance, and return the results, or the refusal, as JSON."""
    try:
        scanned = actions.record_scans(scope, session, scans, at=clock.now())
    except errors.ProtectError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        refusals.report_refusal(error)
        return refusals.refusal_response(error)
    return JsonResponse({"done": [_scan_result_json(result) for result in scanned]})


def _scan_result_json(result: actions.ScanResult) -> dict[str, str]:
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
