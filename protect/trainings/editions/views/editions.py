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
from protect.trainings.base.pages.frame import redirect_with_message, render_form_page, sent_data
from protect.trainings.curricula import models, pages
from protect.trainings.curricula.access import must_plan_or_train
from protect.trainings.editions import board, forms
from protect.trainings.editions.actions import clone, co_hosts, plan
from protect.trainings.needs.access import arranged_editions
from protect.trainings.needs.actions import BOOKING_ROLE_BY_KIND
from protect.trainings.needs.pages import count_requirements
from protect.trainings.registrations import access as registrations_access, enums, rules
from protect.trainings.registrations.forms import QuotaForm
from protect.trainings.scheduling import access, errors, labels
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.enums import BookingRole, BookingState, EditionMove, EditionState
from protect.trainings.scheduling.forms.bookings import KINDS_BY_ROLE, BookForm, find_candidates
from protect.trainings.scheduling.models import Edition, Session
from protect.ui.pagination import Paginator

PAGE_SIZE = 50  # editions
CONFIRMATION_QUESTIONS = {
    EditionMove.OPEN: gettext_lazy("Open registration for this training?"),
    EditionMove.CLOSE: gettext_lazy("Close registration for this training?"),
    EditionMove.FINISH: gettext_lazy("Has this training taken place?"),
    EditionMove.CANCEL: gettext_lazy("Cancel this training?"),
}
CURRENT_STATES = [EditionState.PLANNED, EditionState.OPEN, EditionState.CLOSED]  # not “past”


@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    must_plan_or_train(scope)
    is_past = request.GET.get("show") == "past"
    is_shown = ~Q(state__in=CURRENT_STATES) if is_past else Q(state__in=CURRENT_STATES)
    rows = access.editions_of(scope).filter(is_shown)
    seated = Q(registrations__state__in=[*map(str, rules.SEAT_HOLDING_STATES)])
    undecided = Q(registrations__state=enums.RegistrationState.APPLIED)
    rows = rows.select_related("host", "course_version").annotate(
        begins=Min("sessions__starts_at", filter=Q(sessions__cancelled_at=None)),
        seated=Count("registrations", filter=seated, distinct=True),
        undecided=Count("registrations", filter=undecided, distinct=True),
    )
    order = "-begins" if is_past else "begins"
    page = Paginator(rows.order_by(order, "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, labels.label_edition_state(row.state)) for row in page],
        "is_past": is_past,
        "may_plan": bool(base_access.planned_hosts(scope)),
    }
    return frame.show_tab(request, frame.EDITIONS, "trainings/edition_list.html", context)


@require_http_methods(["GET", "POST"])
def edition_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    host = frame.chosen_host(scope, request.GET.get("host", ""))
    zone = zone_of_new_edition(request.POST.get("country", ""), host)
    with timezone.override(ZoneInfo(zone)):  # times are typed in the edition's zone
        initial = {"country": host.country}
        form = forms.NewEditionForm(sent_data(request), host=host, initial=initial)
        if form.is_valid():
            with form.showing_refusals():
                country = form.cleaned_data["country"]
                fields = submitted_fields(form) | {"country_id": country, "zone": zone}
                version: models.CourseVersion = form.cleaned_data["course_version"]
                edition = plan.create_edition(scope, host, version, fields, at=clock.now())
                message = _("The training was planned. Now add its sessions.")
                return redirect_with_message(request, message, "trainings:edition", edition.pk)
        context = {"host": host, "has_courses": models.CourseVersion.objects.published().exists()}
        return render_form_page(request, "trainings/edition_new.html", form, context)


@require_safe
def edition_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    may_plan = edition.host_id in base_access.planned_hosts(scope)
    sections = (hook.sections(edition, may_plan=may_plan) for hook in extension.extensions())
    context = {
        "board": board.edition_board(edition, at=clock.now()),
        "edition": edition,
        "may_plan": may_plan,
        "arranges": arranged_editions(scope).filter(pk=pk).exists(),
        "sections": [*chain.from_iterable(sections)],
        "newer": pages.newer_course_version(edition.course_version),
    }
    return render_form_page(request, "trainings/edition.html", None, context)


@require_http_methods(["GET", "POST"])
def edition_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned_edition(scope, pk)
    with timezone.override(ZoneInfo(edition.zone)):  # times are typed in its zone
        initial = initial_values(edition)
        form = forms.EditionForm(sent_data(request), host=edition.host, initial=initial)
        if form.is_valid():
            with form.showing_refusals():
                edited, reason = form.cleaned_data["edited"] or 0, form.cleaned_data["reason"]
                fields, at = submitted_fields(form), clock.now()
                plan.edit_edition(scope, edition, fields, edited=edited, at=at, reason=reason)
                message = _("Saved. Calendars are updated.")
                return redirect_with_message(request, message, "trainings:edition", pk)
        conflicts = frame.conflicting_values(form, initial_values(edition), edition.edited)
        context = {"edition": edition, "theirs": conflicts}
        return render_form_page(request, "trainings/edition_edit.html", form, context)


@require_http_methods(["GET", "POST"])
def edition_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """Ask to confirm a state change of an edition, such as cancelling, then make it."""
    scope = scope_of(request)
    edition = access.get_planned_edition(scope, pk)
    if move not in EditionMove.values:
        raise Http404
    step = EditionMove(move)
    form = forms.CancelForm(sent_data(request)) if step is EditionMove.CANCEL else None
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        plan.move_edition(scope, edition, step, at=clock.now(), reason=reason)
        return redirect_with_message(request, _("Done."), "trainings:edition", pk)
    context = {
        "edition": edition,
        "question": CONFIRMATION_QUESTIONS[step],
        "move": move,
        "undecided": _undecided_names(edition) if step is EditionMove.FINISH else "",
        "verb": step.label,
        "is_danger": step is EditionMove.CANCEL,
        "back": reverse("trainings:edition", args=[pk]),
    }
    return render_form_page(request, "trainings/edition_step.html", form, context)


def _undecided_names(edition: Edition) -> str:
    """Return the names of the applicants whom no coordinator has approved or refused yet."""
    rows = edition.registrations.filter(state=enums.RegistrationState.APPLIED)
    names = rows.order_by("participant__name", "pk").values_list("participant__name", flat=True)
    return ", ".join(text.isolate_direction(name) for name in names)


def zone_of_new_edition(country: str, host: Organisation) -> str:
    """Return the host's time zone in the host's (or an unknown) country, else the country's."""
    countries = vocabulary.countries()
    is_abroad = country != host.country and country in countries
    return countries[country].zone if is_abroad else host.zone


def submitted_fields(form: forms.EditionForm) -> dict[str, object]:
    data = form.cleaned_data
    return {name: data[name] for name in (*plan.EDITABLE_FIELDS, "languages") if name in data}


def initial_values(edition: Edition) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(edition, name) for name in plan.EDITABLE_FIELDS}
    languages = list(edition.languages.order_by("pk").values_list("pk", flat=True))
    return values | {"languages": languages, "edited": edition.edited}


@require_http_methods(["GET", "POST"])
def edition_clone(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned_edition(scope, pk)
    form = forms.CloneForm(sent_data(request))
    if form.is_valid():
        with form.showing_refusals():
            first_day, reason = form.cleaned_data["first_day"], form.cleaned_data["reason"]
            try:
                copy = clone.clone_edition(scope, edition, first_day, at=clock.now(), reason=reason)
            except errors.ClockRefused as refused:
                form.add_error("first_day", refused.text())
            else:
                message = _("The training was planned. No person is booked yet.")
                return redirect_with_message(request, message, "trainings:edition", copy.pk)
    return render_form_page(request, "trainings/edition_clone.html", form, {"edition": edition})


@require_http_methods(["GET", "POST"])
def edition_quota_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned_edition(scope, pk)
    with timezone.override(ZoneInfo(edition.zone)):
        initial = initial_quota_values(edition, request.GET.get("sender", ""))
        form = QuotaForm(sent_data(request), host=edition.host, initial=initial)
        if form.is_valid():
            with form.showing_refusals():
                plan.set_quota(scope, edition, **form.cleaned_data, at=clock.now())
                message = _("Saved. Seats that became free are offered.")
                return redirect_with_message(request, message, "trainings:edition", pk)
        senders = registrations_access.visible_senders(scope).filter(kept_by=edition.host_id)
        context = {"edition": edition, "has_senders": senders.exists()}
        return render_form_page(request, "trainings/quota.html", form, context)


def initial_quota_values(edition: Edition, sender_id: str) -> dict[str, object]:
    for row in edition.quotas.order_by("pk"):
        if str(row.sender_id) == sender_id:
            return {"sender": sender_id, "seats": row.seats, "released_at": row.released_at}
    return {"sender": sender_id}


YES, NO = "yes", "no"  # answers to an invitation to co-host


@require_http_methods(["GET", "POST"])
def edition_co_hosts(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned_edition(scope, pk)
    chosen = (*edition.co_hosts.order_by("pk"), *edition.asked_co_hosts.order_by("pk"))
    initial = {"co_hosts": [organisation.pk for organisation in chosen]}
    form = forms.CoHostsForm(sent_data(request), edition=edition, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            co_hosts.set_co_hosts(scope, edition, form.cleaned_data["co_hosts"], at=clock.now())
            message = _("Saved. New co-hosts are invited.")
            return redirect_with_message(request, message, "trainings:edition", pk)
    return render_form_page(request, "trainings/edition_co_hosts.html", form, {"edition": edition})


@require_http_methods(["GET", "POST"])
def co_hosting_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an invitation to co-host an edition, or record whether it is accepted."""
    scope = scope_of(request)
    edition, organisations = access.get_co_hosted_edition(scope, pk)
    answer = request.POST.get("answer")
    if answer in {YES, NO}:
        chosen = request.POST.get("organisation")
        host = next(
            (organisation for organisation in organisations if str(organisation.pk) == chosen), None
        )
        if host is None:
            raise Http404
        co_hosts.answer_co_hosting(scope, edition, host, agrees=answer == YES, at=clock.now())
        return redirect_with_message(
            request, _("Thank you. Your answer is noted."), "trainings:edition_list"
        )
    agreed = set(edition.co_hosts.order_by("pk").values_list("pk", flat=True))
    context = {
        "edition": edition,
        "asked": [(organisation, organisation.pk in agreed) for organisation in organisations],
        "sessions": edition.sessions.not_cancelled().order_by("starts_at", "number"),
    }
    return render_form_page(request, "trainings/co_hosting.html", None, context)


@require_http_methods(["GET", "POST"])
def session_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned_edition(scope, pk)
    form = forms.SessionPlanForm(sent_data(request), edition=edition)
    if form.is_valid():
        with form.showing_refusals():
            reason, session_plan = form.cleaned_data["reason"], submitted_plan(form, edition.zone)
            plan.add_session(scope, edition, session_plan, at=clock.now(), reason=reason)
            return redirect_with_message(request, _("Added."), "trainings:edition", pk)
    return render_form_page(
        request, "trainings/session_form.html", form, {"edition": edition, "session": None}
    )


@require_http_methods(["GET", "POST"])
def session_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_planned_session(scope, pk)
    edition = access.get_edition(scope, session.training.pk)
    posted, initial = sent_data(request), initial_session_values(session)
    form = forms.SessionPlanForm(posted, edition=edition, session=session, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            reason, session_plan = form.cleaned_data["reason"], submitted_plan(form, edition.zone)
            plan.move_session(scope, session, session_plan, at=clock.now(), reason=reason)
            message = _(
                "Saved. If the time or place changed, bookings and arrangements must be "
                "confirmed again."
            )
            return redirect_with_message(request, message, "trainings:edition", edition.pk)
    context = {"edition": edition, "session": session}
    return render_form_page(request, "trainings/session_form.html", form, context)


@require_http_methods(["GET", "POST"])
def session_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_planned_session(scope, pk)
    if request.method == "POST":
        plan.cancel_session(scope, session, at=clock.now())
        message = _("The session was cancelled. Calendars are updated.")
        return redirect_with_message(request, message, "trainings:edition", session.training.pk)
    context = {
        "edition": session.training,
        "question": _("Cancel this session?"),
        "verb": _("Cancel the session"),
        "is_danger": True,
        "back": reverse("trainings:edition", args=[session.training.pk]),
    }
    return render_form_page(request, "trainings/session_cancel.html", None, context)


def submitted_plan(form: forms.SessionPlanForm, zone: str) -> plan.SessionPlan:
    venue, link = form.cleaned_data["venue"], form.cleaned_data["link"]
    return plan.SessionPlan(form.times.starts_at, form.times.ends_at, zone, venue, link)


def initial_session_values(session: Session) -> dict[str, object]:
    zone = ZoneInfo(session.zone)
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    times = {"day": starts.date(), "clock_from": starts.time(), "clock_to": ends.time()}
    return {**times, "venue": session.venue_id, "link": session.link}


# The need of participants that each role covers.
NEED_BY_ROLE = {role: kind for kind, role in BOOKING_ROLE_BY_KIND.items()}


@require_http_methods(["GET", "POST"])
def session_book(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_planned_session(scope, pk)
    code = request.GET.get("as", "")
    role = BookingRole(code) if code in KINDS_BY_ROLE else BookingRole.TRAINER
    bookable = find_candidates(session, role)
    form = BookForm(sent_data(request), session=session, role=role, candidates=bookable)
    if form.is_valid():
        with form.showing_refusals():
            booking, reason = form.booking_request(), form.cleaned_data["reason"]
            bookings.book_resource(scope, session, booking, at=clock.now(), reason=reason)
            return redirect_with_message(
                request, _("The booking was made."), "trainings:session_book", pk
            )
    rows = session.bookings.exclude(state=BookingState.CANCELLED)
    rows = rows.select_related("resource", "language").order_by("role", "pk")
    needs = count_requirements(session.training)
    context = {
        "session": session,
        "edition": session.training,
        "rows": [(row, labels.booking_status(row)) for row in rows],
        "roles": [
            (kind_role.label, f"?as={kind_role.value}", kind_role is role)
            for kind_role in KINDS_BY_ROLE
        ],
        "has_candidates": bool(bookable),
        "kind": KINDS_BY_ROLE[role],
        "needed": [need[1:] for need in needs if need[0] == NEED_BY_ROLE.get(role)],
    }
    return render_form_page(request, "trainings/session_book.html", form, context)
