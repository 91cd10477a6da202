"""Editing at the desk: one fact, the texts, a new service, a secret address."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from protect.directory import access, enums, models
from protect.directory.fact_records import checks, forms
from protect.directory.fact_records.fact_view import fact_view, words_of
from protect.directory.fact_records.values import fact_of, mark_of
from protect.directory.facts import LABELS
from protect.directory.hours import Day, State, parse, warnings, week
from protect.directory.protection.addresses import protect_address
from protect.directory.services.actions import edits, texts
from protect.directory.services.forms import NewServiceForm, ProtectForm, TextsForm
from protect.kernel import clock
from protect.kernel.text import plain_number
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import formats, vocabulary
from protect.reference.models import Area
from protect.ui.pages import sent_data, show

PREVIEW = "preview"
OFFERED = 500  # names of organisations


@require_http_methods(["GET", "POST"])
def service_fact(request: HttpRequest, pk: UUID, fact: str) -> HttpResponse:
    scope = scope_of(request)
    if fact not in enums.Fact.values:
        raise Http404
    service, kind = access.get_service(scope, pk, Permission.EDIT_DIRECTORY), enums.Fact(fact)
    about, sent = forms.about(service), sent_data(request)
    form = forms.DeskFactForm(kind, fact_of(service, kind), about, sent)
    context: dict[str, Any] = {"conflict": None, "preview": None}
    if form.is_valid():
        if PREVIEW in request.POST:
            context["preview"] = _preview(form, service)
        else:
            with form.mending():
                return _save_fact(request, scope, service, form)
    if form.is_bound and form.non_field_errors():
        context["conflict"] = _conflict(form, service)
    standing = checks.standing_of(service, clock.now()).get(kind)
    context |= {
        "service": service,
        "title": LABELS[kind],
        "view": fact_view(service, standing or checks.standing_from(kind, [], clock.now())),
        "seen": mark_of(fact_of(service, kind)),
        "is_protected": form.about.is_protected,
        "is_address": kind == enums.Fact.ADDRESS,
    }
    return show(request, "directory/service_fact.html", form, context)


def _save_fact(
    request: HttpRequest, scope: Scope, service: models.Service, form: forms.DeskFactForm
) -> HttpResponse:
    seen, source = form.cleaned_data["seen"], form.cleaned_data["source"]
    edit = edits.Edit(form.fact, form.values(), mark=seen, method=form.method, source=source)
    is_changed = edits.edit_fact(scope, service, edit, at=clock.now())
    message = _("Saved.") if is_changed else _("Nothing was different.")
    if form.method is not None:
        # Translators: behind "Saved." or "Nothing was different."
        message = f"{message} {_('It counts as checked now.')}"
    elif is_changed:
        # Translators: behind "Saved."
        message = f"{message} {_('It counts as not checked until the next check.')}"
    messages.success(request, message)
    return redirect("directory:service", pk=service.pk)


def _conflict(form: forms.DeskFactForm, service: models.Service) -> dict[str, list[str]] | None:
    standing = fact_of(service, form.fact)
    if mark_of(standing) == form.cleaned_data.get("seen"):
        return None
    return {"theirs": words_of(form.fact, standing), "mine": words_of(form.fact, form.values())}


def _preview(form: forms.DeskFactForm, service: models.Service) -> list[str]:
    values = form.values()
    return week_lines(values, service) if values.get("expression") else words_of(form.fact, values)


@require_http_methods(["GET", "POST"])
def service_texts(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk, Permission.EDIT_DIRECTORY)
    standing = texts.texts_of(service)
    form = TextsForm(sent_data(request), initial=standing)
    differences: list[tuple[str, str, str]] = []
    if form.is_valid():
        with form.mending():
            seen = form.cleaned_data["seen"]
            texts.edit_texts(scope, service, form.values(), mark=seen, at=clock.now())
            messages.success(request, _("Saved. The facts stay as fresh as they were."))
            return redirect("directory:service", pk=pk)
        if mark_of(standing) != form.cleaned_data.get("seen"):
            differences = _differences(form, standing)
    context = {
        "service": service,
        "seen": mark_of(standing),
        "differences": differences,
        "organisations": _organisations(service.country_id),
    }
    return show(request, "directory/service_texts.html", form, context)


def _differences(form: TextsForm, standing: dict[str, Any]) -> list[tuple[str, str, str]]:
    typed = form.values()
    return [
        (str(form.fields[key].label), _shown(standing[key]), _shown(typed[key]))
        for key in typed
        if typed[key] != standing[key]
    ]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value in (None, False) else str(value)


def _organisations(*countries: str) -> list[str]:
    rows = models.Organisation.objects.filter(country__in=countries).order_by("name")
    return list(rows.values_list("name", flat=True).distinct()[:OFFERED])


@require_http_methods(["GET", "POST"])
def service_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    countries = access.must_somewhere(scope, Permission.EDIT_DIRECTORY)
    initial = {"scope": "local", "text_language": "en"}
    form = NewServiceForm(sent_data(request), countries=countries, initial=initial)
    if form.is_valid():
        with form.mending():
            country = form.cleaned_data["country"]
            service = texts.create_service(scope, country, form.values(), at=clock.now())
            messages.success(request, _("The draft is created. Now add its facts, one by one."))
            return redirect("directory:service", pk=service.pk)
    context = {"organisations": _organisations(*countries)}
    return show(request, "directory/service_new.html", form, context)


@require_http_methods(["GET", "POST"])
def service_protect(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk, Permission.EDIT_DIRECTORY)
    country, initial = service.country_id, {"area": service.coarse_area_id or ""}
    form = ProtectForm(sent_data(request), country=country, initial=initial)
    if form.is_valid():
        chosen = form.cleaned_data["area"]
        area = Area.objects.get(pk=chosen) if chosen else None
        protect_address(scope, service, area, at=clock.now())
        messages.success(request, _("The address is deleted and is never stored again."))
        return redirect("directory:service", pk=pk)
    context = {
        "service": service,
        "question": _("Never store where this service is?"),
        "effects": [
            _("Every address, postcode and point of it is deleted now, for good."),
            _("Every mention of them is deleted: in its texts, translations, notes and reports."),
            _("They are deleted from imported rows and from the record of merges as well."),
            _("The public reads “in and around” the region that you choose, or only the country."),
            _("Backups of earlier days contain it until they expire."),
        ],
        "undo": _("This cannot be undone. The address cannot be brought back."),
        "verb": _("Delete the address for good"),
        "is_danger": True,
        "is_done": service.address_audience == enums.Audience.NEVER_STORED,
        "back": reverse("directory:service", args=[pk]),
    }
    return show(request, "directory/service_protect.html", form, context)


DOUBTS: Mapping[str, Promise] = {
    "holiday_rule_overridden": gettext_lazy(
        "A later rule takes back what was said about holidays. Put the holidays last."
    ),
    "holidays_unknown": gettext_lazy("Nothing is said about holidays: they count as unknown."),
    "rule_overridden": gettext_lazy("One rule never counts: a later one replaces it."),
    "holiday_weekday_joined": gettext_lazy(
        "A holiday beside a weekday means holidays on that weekday. Put a comma for both."
    ),
    "open_end": gettext_lazy("An open end (+) counts as unknown afterwards."),
    "depends_on_comment": gettext_lazy("Hours with a comment alone count as unknown."),
    "unusual_spelling": gettext_lazy("The spelling is unusual. It was read as shown."),
}
STATES: Mapping[State, Promise] = {
    # Translators, of each below: behind hours of a day.
    State.UNKNOWN: gettext_lazy("not known"),  # it is not known whether it is open
    State.BY_APPOINTMENT: gettext_lazy("by appointment"),  # people must arrange a time first
    State.ANSWERPHONE: gettext_lazy("answering machine"),  # a recorded voice answers
}


def week_lines(values: Mapping[str, Any], service: models.Service) -> list[str]:
    """Return the coming week of hours that can be read, and their doubts, in words."""
    expression, country = values["expression"], service.country_id
    zone = vocabulary.countries()[country].zone
    hours = parse(expression, zone, country, by_appointment=bool(values["by_appointment"]))
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    lines = [_line(day) for day in week(hours, today - timedelta(days=today.weekday()))]
    return [*lines, *(str(DOUBTS[code]) for code in warnings(expression) if code in DOUBTS)]


def _line(day: Day) -> str:
    name = formats.weekday_name(day.weekday, get_language() or "en")
    spans = []
    for start, end, state in day.spans:
        hours = plain_number(f"{start:%H:%M}-{end:%H:%M}")
        spans.append(f"{hours} ({STATES[state]})" if state in STATES else hours)
    # Translators: a service is not open that day.
    return f"{name}: {', '.join(spans) or _('closed')}"
