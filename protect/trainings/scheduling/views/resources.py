from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Min, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.directory.facts.base.places import place_input
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.reference.models import Language
from protect.trainings.base import access
from protect.trainings.base.labels import StateLabel
from protect.trainings.base.pages import frame
from protect.trainings.scheduling import access as scheduling_access, labels, vocabulary
from protect.trainings.scheduling.actions import mail, resources
from protect.trainings.scheduling.enums import BookingState, ResourceKind
from protect.trainings.scheduling.forms import resources as resource_forms
from protect.trainings.scheduling.models import Booking, Resource, Suitability, Travel, Venue
from protect.trainings.scheduling.views.bookings import activate_or_deactivate_link
from protect.ui import forms, pagination

ROW_LIMIT = 50  # upcoming bookings, and absences
PAGE_SIZE = 50  # resources on a page of their list
ADD_LABELS = {
    # Translators, of each below: a button.
    ResourceKind.PERSON: gettext_lazy("Add a person"),  # a person whom sessions can book is added
    ResourceKind.VENUE: gettext_lazy("Add a venue"),  # a place that sessions can book is added
    ResourceKind.CHILDCARE: gettext_lazy("Add childcare"),  # something that sessions can book
    ResourceKind.EQUIPMENT: gettext_lazy("Add equipment"),  # something that sessions can book
}
DAYS_PER_MONTH = 365.25 / 12  # average, for the suggested end date of a proof


class ProofLine(NamedTuple):
    """A kind of proof, the proof of it that a person showed (None if none), and the status."""

    name: str | Promise
    row: Suitability | None
    status: StateLabel


def _resource_context(resource: Resource, *, at: datetime) -> dict[str, Any]:
    return {
        "papers": proof_lines(resource, at.date()) if resource.kind == ResourceKind.PERSON else [],
        "away": resource.away.filter(ends_at__gt=at).order_by("starts_at", "pk")[:ROW_LIMIT],
        "ways": [*_travel_times(resource)] if resource.kind == ResourceKind.VENUE else [],
        "bookings": [(row, labels.booking_status(row)) for row in _upcoming_bookings(resource, at)],
    }


def _form_url_name(kind: str, action: str) -> str:
    return f"trainings:{'staff' if kind == ResourceKind.PERSON else kind}_{action}"


def proof_lines(resource: Resource, today: date) -> list[ProofLine]:
    """Return a line for each kind of proof, also for those that a person has not shown."""
    proofs_by_kind = {row.kind: row for row in resource.suitability.order_by("kind")}
    lines = []
    for code in vocabulary.proof_kinds():
        row, label = proofs_by_kind.get(code), labels.PROOF_LABELS.get(code, code)
        lines.append(ProofLine(label, row, _proof_status(row, today)))
    return lines


def _proof_status(row: Suitability | None, today: date) -> StateLabel:
    if row is None:
        return StateLabel(_("Not shown"), "plain")  # For translators: a paper was not shown yet
    if row.expires_on <= today:
        return StateLabel(_("Past its end date"), "caution")  # For translators: a paper, not valid
    return StateLabel(_("Still valid"), "good")  # For translators: a paper that counts


def _travel_times(resource: Resource) -> Iterator[tuple[Venue, int]]:
    rows = Travel.objects.filter(Q(first=resource.pk) | Q(second=resource.pk))
    for row in rows.select_related("first__resource", "second__resource").order_by("minutes", "pk"):
        yield (row.second if row.first_id == resource.pk else row.first), row.minutes


def _upcoming_bookings(resource: Resource, at: datetime) -> list[Booking]:
    """Return the first bookings that have not ended; declined ones too, cancelled ones not."""
    rows = resource.bookings.filter(ends_at__gt=at).exclude(state=BookingState.CANCELLED)
    rows = rows.select_related("session__edition__course_version", "language")
    return list(rows.order_by("starts_at", "pk")[:ROW_LIMIT])


@require_safe
def resource_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    access.must_plan_somewhere(scope)
    kind_code = request.GET.get("kind", "")
    kind = ResourceKind(kind_code) if kind_code in ResourceKind.values else ResourceKind.PERSON
    is_upcoming = Q(
        bookings__state__in=[BookingState.ASKED, BookingState.ACCEPTED],
        bookings__session__cancelled_at=None,
        bookings__ends_at__gt=clock.now(),
    )
    rows = scheduling_access.resources_of(scope).filter(kind=kind)
    rows = rows.prefetch_related(Prefetch("languages", Language.objects.order_by("pk")))
    rows = rows.annotate(
        coming=Count("bookings", filter=is_upcoming, distinct=True),
        begins=Min("bookings__starts_at", filter=is_upcoming),
    )
    page = pagination.Paginator(rows.order_by("-is_active", "name", "pk"), PAGE_SIZE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "kind": kind,
        "kinds": [
            (resource_kind.label, resource_kind.value, resource_kind is kind)
            for resource_kind in ResourceKind
        ],
        "new": (_form_url_name(kind, "new"), ADD_LABELS[kind]),
    }
    return frame.show_tab(request, frame.RESOURCES, "trainings/resource_list.html", context)


@require_safe
def resource_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    resource = scheduling_access.get_resource(scope_of(request), pk)
    token = mail.active_token(resource, mail.Link.PAGE)
    context = {
        "resource": resource,
        "edit": _form_url_name(resource.kind, "edit"),
        "sheet": _resource_context(resource, at=clock.now()),
        "link": token and mail.own_bookings_url(resource, token),
    }
    return frame.render_form_page(request, "trainings/resource.html", None, context)


@require_http_methods(["GET", "POST"])
def resource_new(request: HttpRequest, kind: ResourceKind) -> HttpResponse:
    scope = scope_of(request)
    host = frame.chosen_host(scope, request.GET.get("host", ""))
    form = resource_forms.FORMS[kind](frame.sent_data(request), organisation=host)
    if form.is_valid():
        with form.showing_refusals():
            values = form.submitted_values()
            resource = resources.add_resource(scope, host, kind, values, at=clock.now())
            return frame.redirect_with_message(
                request, _("Added."), "trainings:resource", resource.pk
            )
    return _show_form(request, form, None, ADD_LABELS[kind])


@require_http_methods(["GET", "POST"])
def resource_edit(request: HttpRequest, pk: UUID, kind: ResourceKind) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk, kind)
    owner, initial = resource.organisation, initial_values(resource)
    form = resource_forms.FORMS[kind](frame.sent_data(request), organisation=owner, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            resources.edit_resource(scope, resource, form.submitted_values(), at=clock.now())
            return frame.redirect_with_message(request, _("Saved."), "trainings:resource", pk)
    return _show_form(request, form, resource, _("Edit"))


def initial_values(resource: Resource) -> dict[str, Any]:
    values: dict[str, Any] = {
        **{name: getattr(resource, name) for name in ("pk", "name", "is_active", "user", "email")},
        "mail_language": resource.mail_language_id or "en",
        "languages": list(resource.languages.order_by("pk").values_list("pk", flat=True)),
    }
    if resource.kind != ResourceKind.VENUE:
        return values
    values |= {name: getattr(resource.venue, name) for name in resources.VENUE_FIELDS}
    country = resource.venue.place.country_id
    return values | {"place": place_input(resource.venue.place_id), "country": country}


@require_http_methods(["GET", "POST"])
def absence_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk)
    form = resource_forms.AbsenceForm(frame.sent_data(request), zone=resource.organisation.zone)
    if form.is_valid():
        with form.showing_refusals():
            resources.add_absence(scope, resource, form.starts_at, form.ends_at, at=clock.now())
            message = _("Saved. Existing bookings on these days stay: check them.")
            return frame.redirect_with_message(request, message, "trainings:resource", pk)
    is_venue = resource.kind == ResourceKind.VENUE
    # Translators: a page: when a venue is closed.
    title = _("Add days when it is closed") if is_venue else _("Add days away")
    return _show_form(request, form, resource, title)


@require_POST
def absence_delete(request: HttpRequest, pk: UUID, away: int) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk)
    resources.delete_absence(scope, resource, away, at=clock.now())
    return frame.redirect_with_message(
        request, _("The entry was withdrawn."), "trainings:resource", pk
    )


@require_http_methods(["GET", "POST"])
def proof_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk, ResourceKind.PERSON)
    today = clock.now().date()
    months = next(iter(vocabulary.proof_kinds().values())).months
    expiry = today + timedelta(days=round(months * DAYS_PER_MONTH))
    initial = {"shown_on": today, "expires_on": expiry}
    form = resource_forms.SuitabilityProofForm(frame.sent_data(request), initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            resources.record_proof(scope, resource, **form.cleaned_data, at=clock.now())
            return frame.redirect_with_message(request, _("Noted."), "trainings:resource", pk)
    # Translators: a page: a trainer or interpreter showed a paper, such as a vetting.
    return _show_form(request, form, resource, _("Add a proof"))


@require_http_methods(["GET", "POST"])
def travel_time_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk, ResourceKind.VENUE)
    form = resource_forms.TravelTimeForm(frame.sent_data(request), venue=resource.venue)
    if form.is_valid():
        with form.showing_refusals():
            resources.set_travel_time(scope, resource.venue, **form.cleaned_data, at=clock.now())
            return frame.redirect_with_message(request, _("Noted."), "trainings:resource", pk)
    # Translators: a page: how long it takes from one venue to another.
    return _show_form(request, form, resource, _("Add the travel time"))


@require_POST
def change_person_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Activate or deactivate the secret link to a person's bookings page."""
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk, ResourceKind.PERSON)
    audit = access.planner_context(scope, resource.organisation_id, at=clock.now())
    activate_or_deactivate_link(request, resource, mail.Link.PAGE, audit)
    return frame.redirect_with_message(request, _("Done."), "trainings:resource", pk)


def _show_form(
    request: HttpRequest, form: forms.DeskForm, resource: Resource | None, title: Promise | str
) -> HttpResponse:
    context = {"resource": resource, "title": title}
    return frame.render_form_page(request, "trainings/resource_form.html", form, context)
