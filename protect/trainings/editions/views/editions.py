"""Editions of courses: the list, the page of one; planned, moved, copied, hosted together."""

from itertools import chain
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock, text
from protect.orgs.access import scope_of
from protect.orgs.models import Organisation
from protect.reference import vocabulary
from protect.trainings.base import access as base_access, extension
from protect.trainings.base.pages import frame
from protect.trainings.curricula.access import must_take_part
from protect.trainings.curricula.models import CourseVersion
from protect.trainings.curricula.pages import newer_than
from protect.trainings.editions import board, forms
from protect.trainings.editions.actions import co_hosts, plan
from protect.trainings.editions.actions.clone import clone
from protect.trainings.needs.access import arranged_by
from protect.trainings.registrations import access as registrations_access, enums
from protect.trainings.registrations.forms import QuotaForm
from protect.trainings.registrations.rules import HOLDING
from protect.trainings.scheduling import access, errors, labels
from protect.trainings.scheduling.enums import EditionMove, EditionState
from protect.trainings.scheduling.models import Edition
from protect.ui.pagination import Paginator

PAGE = 50  # editions
QUESTIONS = {
    EditionMove.OPEN: gettext_lazy("Open registration for this training?"),
    EditionMove.CLOSE: gettext_lazy("Close registration for this training?"),
    EditionMove.FINISH: gettext_lazy("Has this training taken place?"),
    EditionMove.CANCEL: gettext_lazy("Cancel this training?"),
}
LIVE = [EditionState.PLANNED, EditionState.OPEN, EditionState.CLOSED]


@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    must_take_part(scope)
    is_past = request.GET.get("show") == "past"
    every = access.editions_of(scope)
    rows = every.exclude(state__in=LIVE) if is_past else every.filter(state__in=LIVE)
    seated = Q(registrations__state__in=[*map(str, HOLDING)])
    undecided = Q(registrations__state=enums.RegistrationState.APPLIED)
    rows = rows.select_related("host", "course_version").annotate(
        begins=Min("sessions__starts_at", filter=Q(sessions__cancelled_at=None)),
        seated=Count("registrations", filter=seated, distinct=True),
        undecided=Count("registrations", filter=undecided, distinct=True),
    )
    order = "-begins" if is_past else "begins"
    page = Paginator(rows.order_by(order, "pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, labels.edition_state(row.state)) for row in page],
        "is_past": is_past,
        "may_plan": bool(base_access.planned_hosts(scope)),
    }
    return frame.show_tab(request, frame.EDITIONS, "trainings/edition_list.html", context)


@require_http_methods(["GET", "POST"])
def edition_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    host = frame.host_of(scope, request.GET.get("host", ""))
    zone = zone_in(request.POST.get("country", ""), host)
    with timezone.override(ZoneInfo(zone)):  # what is typed is of the training's clock
        form = forms.NewEditionForm(
            frame.sent_data(request), host=host, initial={"country": host.country}
        )
        if form.is_valid():
            with form.mending():
                country = form.cleaned_data["country"]
                fields = fields_of(form) | {"country_id": country, "zone": zone}
                version: CourseVersion = form.cleaned_data["course_version"]
                edition = plan.plan(scope, host, version, fields, at=clock.now())
                message = _("Planned. Now add its half days.")
                return frame.done(request, message, "trainings:edition", edition.pk)
        context = {"host": host, "has_courses": CourseVersion.objects.published().exists()}
        return frame.show(request, "trainings/edition_new.html", form, context)


@require_safe
def edition(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    may_plan = edition.host_id in base_access.planned_hosts(scope)
    sections = (each.sections(edition, may_plan=may_plan) for each in extension.extensions())
    context = {
        "board": board.board_of(edition, at=clock.now()),
        "edition": edition,
        "may_plan": may_plan,
        "arranges": arranged_by(scope).filter(pk=pk).exists(),
        "sections": [*chain.from_iterable(sections)],
        "newer": newer_than(edition.course_version),
    }
    return frame.show(request, "trainings/edition.html", None, context)


@require_http_methods(["GET", "POST"])
def edition_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned(scope, pk)
    with timezone.override(ZoneInfo(edition.zone)):  # what is typed is of the training's clock
        form = forms.EditionForm(
            frame.sent_data(request), host=edition.host, initial=initial_values(edition)
        )
        if form.is_valid():
            with form.mending():
                edited, reason = form.cleaned_data["edited"] or 0, form.cleaned_data["reason"]
                fields, at = fields_of(form), clock.now()
                plan.edit(scope, edition, fields, edited=edited, at=at, reason=reason)
                return frame.done(
                    request, _("Saved. Calendars are updated."), "trainings:edition", pk
                )
        context = {
            "edition": edition,
            "theirs": frame.conflicting_values(form, initial_values(edition), edition.edited),
        }
        return frame.show(request, "trainings/edition_edit.html", form, context)


@require_http_methods(["GET", "POST"])
def edition_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned(scope, pk)
    if move not in EditionMove.values:
        raise Http404
    kind = EditionMove(move)
    form = forms.CancelForm(frame.sent_data(request)) if kind is EditionMove.CANCEL else None
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        plan.move(scope, edition, kind, at=clock.now(), reason=reason)
        return frame.done(request, _("Done."), "trainings:edition", pk)
    context = {
        "edition": edition,
        "question": QUESTIONS[kind],
        "move": move,
        "undecided": _undecided(edition) if kind is EditionMove.FINISH else "",
        "verb": kind.label,
        "is_danger": kind is EditionMove.CANCEL,
        "back": reverse("trainings:edition", args=[pk]),
    }
    return frame.show(request, "trainings/edition_step.html", form, context)


def _undecided(edition: Edition) -> str:
    rows = edition.registrations.filter(state=enums.RegistrationState.APPLIED)
    names = rows.order_by("participant__name", "pk").values_list("participant__name", flat=True)
    return ", ".join(text.isolated(name) for name in names)


def zone_in(country: str, host: Organisation) -> str:
    """Return the clock of an edition: that of its country, at home the host's own."""
    countries = vocabulary.countries()
    is_abroad = country != host.country and country in countries
    return countries[country].zone if is_abroad else host.zone


def fields_of(form: forms.EditionForm) -> dict[str, object]:
    data = form.cleaned_data
    return {name: data[name] for name in (*plan.EDITABLE, "languages") if name in data}


def initial_values(edition: Edition) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(edition, name) for name in plan.EDITABLE}
    languages = list(edition.languages.order_by("pk").values_list("pk", flat=True))
    return values | {"languages": languages, "edited": edition.edited}


@require_http_methods(["GET", "POST"])
def edition_clone(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned(scope, pk)
    form = forms.CloneForm(frame.sent_data(request))
    if form.is_valid():
        with form.mending():
            values, at = form.cleaned_data, clock.now()
            try:
                copy = clone(scope, edition, values["first_day"], at=at, reason=values["reason"])
            except errors.ClockRefused as refused:
                form.add_error("first_day", refused.text())
            else:
                message = _("Planned. No person is booked yet.")
                return frame.done(request, message, "trainings:edition", copy.pk)
    return frame.show(request, "trainings/edition_clone.html", form, {"edition": edition})


@require_http_methods(["GET", "POST"])
def quota_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned(scope, pk)
    with timezone.override(ZoneInfo(edition.zone)):
        initial = quota_values(edition, request.GET.get("sender", ""))
        form = QuotaForm(frame.sent_data(request), host=edition.host, initial=initial)
        if form.is_valid():
            with form.mending():
                plan.set_quota(scope, edition, **form.cleaned_data, at=clock.now())
                message = _("Saved. Seats that became free are offered.")
                return frame.done(request, message, "trainings:edition", pk)
        senders = registrations_access.senders_of(scope).filter(kept_by=edition.host_id)
        context = {"edition": edition, "has_senders": senders.exists()}
        return frame.show(request, "trainings/quota.html", form, context)


def quota_values(edition: Edition, sender: str) -> dict[str, object]:
    for row in edition.quotas.order_by("pk"):
        if str(row.sender_id) == sender:
            return {"sender": sender, "seats": row.seats, "released_at": row.released_at}
    return {"sender": sender}


YES, NO = "yes", "no"


@require_http_methods(["GET", "POST"])
def edition_co_hosts(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned(scope, pk)
    chosen = (*edition.co_hosts.order_by("pk"), *edition.asked_co_hosts.order_by("pk"))
    initial = {"co_hosts": [each.pk for each in chosen]}
    form = forms.CoHostsForm(frame.sent_data(request), edition=edition, initial=initial)
    if form.is_valid():
        with form.mending():
            co_hosts.ask_co_hosts(scope, edition, form.cleaned_data["co_hosts"], at=clock.now())
            return frame.done(
                request, _("Saved. New co-hosts are invited."), "trainings:edition", pk
            )
    return frame.show(request, "trainings/edition_co_hosts.html", form, {"edition": edition})


@require_http_methods(["GET", "POST"])
def co_hosting(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition, organisations = access.get_hosted(scope, pk)
    answer = request.POST.get("answer")
    if answer in {YES, NO}:
        typed = request.POST.get("organisation")
        own = next((each for each in organisations if str(each.pk) == typed), None)
        if own is None:
            raise Http404
        co_hosts.answer_co_hosting(scope, edition, own, agrees=answer == YES, at=clock.now())
        return frame.done(request, _("Thank you. Your answer is noted."), "trainings:edition_list")
    agreed = set(edition.co_hosts.order_by("pk").values_list("pk", flat=True))
    context = {
        "edition": edition,
        "asked": [(each, each.pk in agreed) for each in organisations],
        "half_days": edition.sessions.standing().order_by("starts_at", "number"),
    }
    return frame.show(request, "trainings/co_hosting.html", None, context)
