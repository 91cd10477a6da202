"""Each participant's share of a training, and sessions made up elsewhere."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.reference.formats import date_text, time_text
from protect.trainings.attendance.access import get_half_day_on, get_noted
from protect.trainings.attendance.actions import attendance
from protect.trainings.attendance.forms.attendance import MakeUpForm
from protect.trainings.attendance.shares import shares_of
from protect.trainings.attendance.tables import as_csv, as_xlsx
from protect.trainings.base.pages.frame import show
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling import access
from protect.trainings.scheduling.models import Session

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def edition_attended(request: HttpRequest, pk: UUID) -> HttpResponse:
    edition = access.get_edition(scope_of(request), pk)
    rows = edition.registrations.filter(state=RegistrationState.CONFIRMED)
    people = list(rows.select_related("participant", "sender").order_by("participant__name", "pk"))
    shares = shares_of(edition, [each.pk for each in people])
    context = {"edition": edition, "people": [(each, shares[each.pk]) for each in people]}
    return show(request, "trainings/attended.html", None, context)


@require_safe
def edition_table(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Return the attendance of an edition as a table: csv or xlsx."""
    edition = access.get_edition(scope_of(request), pk)
    if kind == "xlsx":
        direction = "rtl" if get_language_bidi() else "ltr"
        response = HttpResponse(as_xlsx(edition, direction), content_type=XLSX)
    else:
        response = HttpResponse(as_csv(edition), content_type="text/csv; charset=utf-8")
    name = f"attendance-{edition.code}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
def registration_make_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    registration = get_noted(scope, pk)
    form = MakeUpForm(
        request.POST if request.method == "POST" else None,
        missed=_missed(registration),
        instead=_instead(scope, registration),
    )
    if form.is_valid():
        with form.mending():
            half_day = get_half_day_on(scope, UUID(form.cleaned_data["half_day"]))
            session = get_half_day_on(scope, UUID(form.cleaned_data["session"]))
            attendance.make_up(scope, registration, half_day, session, at=clock.now())
            messages.success(request, _("Noted."))
            return redirect("trainings:edition_attended", registration.edition_id)
    context = {"edition": registration.edition, "registration": registration}
    return show(request, "trainings/make_up.html", form, context)


def _missed(registration: Registration) -> list[tuple[UUID, str]]:
    rows = registration.edition.sessions.standing().filter(starts_at__lte=clock.now())
    return [(each.pk, _when(each)) for each in rows.order_by("starts_at", "number")]


def _instead(scope: Scope, registration: Registration) -> list[tuple[UUID, str]]:
    """Return the sessions of other editions of the course that this person may note."""
    editions = access.editions_of(scope).filter(
        course_version__course=registration.edition.course_version.course_id
    )
    rows = Session.objects.standing().filter(
        edition__in=editions.exclude(pk=registration.edition_id).values("pk"),
        starts_at__lte=clock.now(),
    )
    shown = rows.select_related("edition").order_by("-starts_at", "pk")
    return [(each.pk, f"{_when(each)} · {each.training.code}") for each in shown]


def _when(session: Session) -> str:
    tag, starts = get_language() or "en", session.starts_at.astimezone(ZoneInfo(session.zone))
    return f"{date_text(starts.date(), tag)}, {time_text(starts, tag)}"
