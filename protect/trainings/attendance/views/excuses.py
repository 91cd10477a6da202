"""A participant's own page of attendance: their square code, and excuses for sessions to come."""

from __future__ import annotations

from uuid import UUID, uuid4, uuid5

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.trainings.attendance.actions import excuses
from protect.trainings.attendance.forms import ExcuseForm
from protect.trainings.base.pages.open_pages import open_page, show_open
from protect.trainings.registrations import access
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Session
from protect.ui.press import qr


@open_page
@require_http_methods(["GET", "POST"])
def own_attendance(request: HttpRequest, token: str) -> HttpResponse:
    registration = access.get_own(token)
    if "take_back" in request.POST:
        return _took_back(request, registration, token)
    if request.method == "POST":
        return _excused(request, registration, token)
    return _page(request, registration, token)


def _excused(request: HttpRequest, registration: Registration, token: str) -> HttpResponse:
    form = ExcuseForm(request.POST)
    if not form.is_valid():
        raise Http404
    session = _half_day(registration, form.cleaned_data["session"])
    key = uuid5(form.cleaned_data["sent_key"], str(session.pk))  # one page shows several half days
    excuses.excuse(registration, session, key, at=clock.now())
    return show_open(request, "trainings/public/excused.html", None, {"token": token})


def _took_back(request: HttpRequest, registration: Registration, token: str) -> HttpResponse:
    try:
        session = _half_day(registration, UUID(request.POST["take_back"]))
    except ValueError:
        raise Http404 from None
    is_taken_back = excuses.take_excuse_back(registration, session, at=clock.now())
    return _page(request, registration, token, is_taken_back=is_taken_back)


def _half_day(registration: Registration, pk: UUID) -> Session:
    session = registration.edition.sessions.standing().filter(pk=pk).first()
    if session is None:
        raise Http404
    return session


def _page(
    request: HttpRequest, registration: Registration, token: str, *, is_taken_back: bool = False
) -> HttpResponse:
    at = clock.now()
    context = {"token": token, "is_taken_back": is_taken_back, "half_days": []}
    if registration.state == RegistrationState.CONFIRMED:
        own_excuses = excuses.excuses_of(registration)
        rows = registration.edition.sessions.standing().filter(starts_at__gt=at)
        rows = rows.exclude(pk__in=[excuse.session_id for excuse in own_excuses])
        context |= {
            "half_days": rows.order_by("starts_at", "number"),
            "sent_key": uuid4(),
            "square": qr(str(registration.pk).upper()),
            "excuses": own_excuses,
            "at": at,
        }
    return show_open(request, "trainings/public/own_attendance.html", None, context)
