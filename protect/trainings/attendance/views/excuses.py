"""A participant's own page of attendance: their square code, and excuses for sessions to come."""

from uuid import UUID, uuid4, uuid5

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.trainings.attendance.actions import excuses
from protect.trainings.attendance.forms import ExcuseForm
from protect.trainings.base.access import the_one
from protect.trainings.base.pages.open_pages import open_page, show_open
from protect.trainings.registrations import access, enums, models
from protect.trainings.scheduling.models import Session
from protect.ui.press import qr


@open_page
@require_http_methods(["GET", "POST"])
def own_attendance(request: HttpRequest, token: str) -> HttpResponse:
    registration, at = access.get_own(token), clock.now()
    is_taken_back = "take_back" in request.POST
    if is_taken_back:
        session = _own_session(registration, request.POST["take_back"])
        is_taken_back = excuses.take_excuse_back(registration, session, at=at)
    elif request.method == "POST":
        form = ExcuseForm(request.POST)
        if not form.is_valid():
            raise Http404
        session = _own_session(registration, request.POST["session"])
        key = uuid5(form.cleaned_data["sent_key"], str(session.pk))  # a page shows several sessions
        excuses.excuse(registration, session, key, at=at)
        return show_open(request, "trainings/public/excused.html", None, {"token": token})
    context = {"token": token, "is_taken_back": is_taken_back, "half_days": []}
    if registration.state == enums.RegistrationState.CONFIRMED:
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


def _own_session(registration: models.Registration, key: str) -> Session:
    try:
        return the_one(registration.edition.sessions.standing().filter(pk=UUID(key)))
    except ValueError:
        raise Http404 from None
