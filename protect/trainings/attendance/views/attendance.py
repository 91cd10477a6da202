"""Attendance: the list of a session at the desk, and the sign-in sheet on paper."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock
from protect.kernel.ids import squeezed
from protect.orgs.access import scope_of
from protect.trainings.attendance import access
from protect.trainings.attendance.actions import attendance as actions_attendance
from protect.trainings.attendance.actions import check_in, sign_in_sheets
from protect.trainings.attendance.enums import AttendanceMethod
from protect.trainings.attendance.forms.attendance import ListForm, SheetCodeForm
from protect.trainings.attendance.lists import counted, lines_of, pictured
from protect.trainings.attendance.models import PrintedList
from protect.trainings.attendance.shares import minutes_planned
from protect.trainings.attendance.sign_in_sheet import signed_list
from protect.trainings.attendance.views.check_in import here_address, room_address
from protect.trainings.base.pages.frame import show
from protect.trainings.documents.paper import attendance_pdf, code_sheet_pdf
from protect.trainings.documents.paper.content import CodeSheet
from protect.trainings.scheduling.models import Session


@require_http_methods(["GET", "POST"])
def attendance(request: HttpRequest, pk: UUID) -> HttpResponse:
    session = access.get_half_day_on(scope_of(request), pk)
    typed = squeezed(request.GET.get("list", ""))
    printed = session.lists.filter(code=typed).first() if typed else None
    lines = lines_of(session, printed)
    form = ListForm(
        request.POST if request.method == "POST" else None,
        lines=lines,
        planned=minutes_planned(session),
    )
    if form.is_valid():
        with form.mending():
            method = AttendanceMethod.SHEET if printed else AttendanceMethod.LIST
            scope, at = scope_of(request), clock.now()
            changed = actions_attendance.note(scope, session, form.changes(), method, at=at)
            messages.success(request, _saved(len(changed)))
            return redirect(request.get_full_path())
        form.go_on_after(lines)
    context = {
        "session": session,
        "edition": session.training,
        "typed": form.typed(),
        "counts": [*counted(lines)],
        "waiting": [line for line in lines if line.waits],
        "printed": printed,
        "is_unknown_list": bool(typed and printed is None),
        "code_form": SheetCodeForm(initial={"list": typed}),
        "undo": _key(request.GET.get("undo", "")),
        "key": uuid4(),
        "is_on": is_on(session, clock.now()),
        "room": room_address(session),
        "pictured": pictured(lines),
    }
    return show(request, "trainings/attendance.html", form, context)


@require_POST
def attendance_all(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_half_day_on(scope, pk)
    key = _key(request.POST.get("key", "")) or uuid4()
    changed = actions_attendance.note_all(scope, session, key, at=clock.now())
    messages.success(request, _saved(len(changed)))
    return redirect(f"{reverse('trainings:attendance', args=[pk])}?undo={key}")


@require_POST
def attendance_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_half_day_on(scope, pk)
    key = _key(request.POST.get("key", ""))
    if key is not None:
        actions_attendance.take_back(scope, session, key, at=clock.now())
        messages.success(request, _("Taken back."))
    return redirect("trainings:attendance", pk)


@require_POST
def claims_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_half_day_on(scope, pk)
    changed = check_in.confirm_claims(scope, session, at=clock.now())
    messages.success(request, _saved(len(changed)))
    return redirect("trainings:attendance", pk)


@require_safe
def wall_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    access.get_half_day_on(scope_of(request), pk)
    # Translators: on a sheet for the wall, where strangers read it too.
    sheet = CodeSheet(_("Training"), here_address())
    headers = {"Content-Disposition": 'inline; filename="wall.pdf"'}
    body = code_sheet_pdf(sheet, get_language() or "en")
    return HttpResponse(body, content_type="application/pdf", headers=headers)


@require_POST
def list_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_half_day_on(scope, pk)
    printed = sign_in_sheets.print_list(scope, session, at=clock.now())
    return redirect("trainings:list_pdf", printed.pk)


@require_safe
def list_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    printed: PrintedList = access.get_list(scope, pk)
    session = access.get_half_day_on(scope, printed.session_id)
    tag = get_language() or "en"
    body = attendance_pdf(signed_list(printed, session, tag), tag)
    headers = {"Content-Disposition": f'inline; filename="list-{printed.code}.pdf"'}
    return HttpResponse(body, content_type="application/pdf", headers=headers)


def is_on(session: Session, at: datetime) -> bool:
    """Return whether attendance of the session can be recorded."""
    return session.cancelled_at is None and session.starts_at - actions_attendance.EARLY <= at


def _key(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _saved(number: int) -> str:
    return ngettext("Noted of {n} person.", "Noted of {n} people.", number).format(n=number)
