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

from protect.directory import access, enums, facts, models
from protect.directory.fact_records import checks, forms
from protect.directory.fact_records.fact_view import describe_fact, fact_view
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.hours import Day, State, parse, warnings, week
from protect.directory.protection.addresses import protect_address
from protect.directory.services.actions import edits, texts
from protect.directory.services.forms import NewServiceForm, ProtectForm, TextsForm
from protect.kernel import clock, text
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import formats, vocabulary
from protect.reference.models import Area
from protect.ui.pages import posted_data, render_form_page

PREVIEW = "preview"  # name of the button that shows a preview
ORGANISATION_NAMES_LIMIT = 500  # names in the list of an input field


@require_http_methods(["GET", "POST"])
def edit_service_fact(request: HttpRequest, pk: UUID, fact: str) -> HttpResponse:
    scope = scope_of(request)
    if fact not in enums.Fact.values:
        raise Http404
    service, kind = access.get_service(scope, pk, Permission.EDIT_DIRECTORY), enums.Fact(fact)
    fact_context, data = forms.fact_context(service), posted_data(request)
    form = forms.DeskFactForm(kind, read_fact(service, kind), fact_context, data)
    context: dict[str, Any] = {"conflict": None, "preview": None}
    if form.is_valid():
        if PREVIEW in request.POST:
            context["preview"] = _preview_lines(form, service)
        else:
            with form.showing_refusals():
                return _save_fact_and_redirect(request, scope, service, form)
    if form.is_bound and form.non_field_errors():
        context["conflict"] = _conflict(form, service)
    fact_state = checks.service_fact_states(service, clock.now()).get(kind)
    context |= {
        "service": service,
        "title": facts.FACT_LABELS[kind],
        "view": fact_view(service, fact_state or checks.compute_fact_state(kind, [], clock.now())),
        "seen": fingerprint_of(read_fact(service, kind)),
        "is_protected": form.context.is_protected,
        "is_address": kind == enums.Fact.ADDRESS,
    }
    return render_form_page(request, "directory/service_fact.html", form, context)


def _save_fact_and_redirect(
    request: HttpRequest, scope: Scope, service: models.Service, form: forms.DeskFactForm
) -> HttpResponse:
    seen, source = form.cleaned_data["seen"], form.cleaned_data["source"]
    edit = edits.Edit(
        form.fact, form.values(), seen_fingerprint=seen, method=form.method, source=source
    )
    is_changed = edits.edit_fact(scope, service, edit, at=clock.now())
    message = _("Saved.") if is_changed else _("Nothing was changed.")
    if form.method is not None:
        # Translators: behind "Saved." or "Nothing was changed."
        message = f"{message} {_('This fact counts as checked now.')}"
    elif is_changed:
        # Translators: behind "Saved."
        message = f"{message} {_('This fact counts as not checked until its next check.')}"
    messages.success(request, message)
    stored, typed = read_fact(service, form.fact), dict[str, Any](form.values())
    if any(area not in stored["areas"] for area in typed.get("areas", ())):
        message = _(
            "The area that it serves may reveal where it is, so only a larger region around it is "
            "stored, or none."
        )
        messages.warning(request, message)
    return redirect("directory:service", pk=service.pk)


def _conflict(form: forms.DeskFactForm, service: models.Service) -> dict[str, list[str]] | None:
    """Return stored (`theirs`) and typed (`mine`) lines; None if the stored values are the same."""
    stored_values = read_fact(service, form.fact)
    if fingerprint_of(stored_values) == form.cleaned_data.get("seen"):
        return None
    mine = describe_fact(form.fact, form.values())
    return {"theirs": describe_fact(form.fact, stored_values), "mine": mine}


def _preview_lines(form: forms.DeskFactForm, service: models.Service) -> list[str]:
    """Return the hours of this week and warnings; of other facts, the typed values in words."""
    values = form.values()
    if values.get("expression"):
        return week_lines(values, service)
    return describe_fact(form.fact, values)


@require_http_methods(["GET", "POST"])
def edit_service_texts(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk, Permission.EDIT_DIRECTORY)
    stored_texts = texts.texts_of(service)
    form = TextsForm(posted_data(request), initial=stored_texts)
    differences: list[tuple[str, str, str]] = []
    if form.is_valid():
        with form.showing_refusals():
            seen = form.cleaned_data["seen"]
            texts.edit_texts(scope, service, form.values(), seen_fingerprint=seen, at=clock.now())
            messages.success(request, _("Saved. The freshness of the facts has not changed."))
            return redirect("directory:service", pk=pk)
        if fingerprint_of(stored_texts) != form.cleaned_data.get("seen"):
            differences = _edit_differences(form, stored_texts)
    context = {
        "service": service,
        "seen": fingerprint_of(stored_texts),
        "differences": differences,
        "organisations": _organisation_names(service.country_id),
    }
    return render_form_page(request, "directory/service_texts.html", form, context)


def _edit_differences(form: TextsForm, stored_texts: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return label, stored value and typed value of each text that differs."""
    typed = form.values()
    return [
        (str(form.fields[key].label), _display_value(stored_texts[key]), _display_value(typed[key]))
        for key in typed
        if typed[key] != stored_texts[key]
    ]


def _display_value(value: object) -> str:
    """Return a value as text: lists with commas, "" for None and False."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None or value is False else str(value)


def _organisation_names(*countries: str) -> list[str]:
    rows = models.Organisation.objects.filter(country__in=countries).order_by("name")
    return list(rows.values_list("name", flat=True).distinct()[:ORGANISATION_NAMES_LIMIT])


@require_http_methods(["GET", "POST"])
def add_service(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    countries = access.require_permission_anywhere(scope, Permission.EDIT_DIRECTORY)
    initial = {"scope": "local", "text_language": "en"}
    form = NewServiceForm(posted_data(request), countries=countries, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            country = form.cleaned_data["country"]
            service = texts.create_service(scope, country, form.values(), at=clock.now())
            messages.success(request, _("The draft is created. Now add its facts, one by one."))
            return redirect("directory:service", pk=service.pk)
    context = {"organisations": _organisation_names(*countries)}
    return render_form_page(request, "directory/service_new.html", form, context)


@require_http_methods(["GET", "POST"])
def protect_service_address(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for confirmation, then delete the address and never store one again."""
    scope = scope_of(request)
    service = access.get_service(scope, pk, Permission.EDIT_DIRECTORY)
    country, initial = service.country_id, {"area": service.coarse_area_id or ""}
    form = ProtectForm(posted_data(request), country=country, initial=initial)
    if form.is_valid():
        area_code = form.cleaned_data["area"]
        area = Area.objects.get(pk=area_code) if area_code else None
        protect_address(scope, service, area, at=clock.now())
        messages.success(request, _("The address is deleted and will never be stored again."))
        return redirect("directory:service", pk=pk)
    context = {
        "service": service,
        "question": _("Never store the address of this service?"),
        "effects": [
            _("All its addresses, postcodes and coordinates are deleted now, permanently."),
            _("Every mention of them in its texts, translations, notes and reports is deleted."),
            _("They are also deleted from imported rows and from the records of merges."),
            _("The public reads “in and around” the region that you choose, or only the country."),
            _("Earlier backups contain the address until they expire."),
        ],
        "undo": _("This cannot be undone. The address of the service cannot be restored."),
        "verb": _("Delete the address permanently"),
        "is_danger": True,
        "is_done": service.address_audience == enums.AddressReaders.NEVER_STORED,
        "back": reverse("directory:service", args=[pk]),
    }
    return render_form_page(request, "directory/service_protect.html", form, context)


WARNING_TEXTS: Mapping[str, Promise] = {
    "holiday_rule_overridden": gettext_lazy(
        "A later rule overrides the rule for holidays. Put the holidays last."
    ),
    "holidays_unknown": gettext_lazy("Holidays are not mentioned, so they count as unknown."),
    "rule_overridden": gettext_lazy("One rule never applies, because a later one replaces it."),
    "holiday_weekday_joined": gettext_lazy(
        "“PH” next to a weekday means only holidays on that weekday. To mean both, put "
        "a comma between them."
    ),
    "open_end": gettext_lazy("The time after an open end (“+”) counts as unknown."),
    "depends_on_comment": gettext_lazy("Hours that are only a comment count as unknown."),
    "unusual_spelling": gettext_lazy(
        "The hours are written in an unusual way. They were read as shown."
    ),
}
STATE_LABELS: Mapping[State, Promise] = {
    # Translators, of each below: behind hours of a day.
    State.UNKNOWN: gettext_lazy("not known"),  # it is not known whether it is open
    State.BY_APPOINTMENT: gettext_lazy("by appointment"),  # people must arrange a time first
    State.ANSWERPHONE: gettext_lazy("answering machine"),  # a recorded voice answers
}


def week_lines(values: Mapping[str, Any], service: models.Service) -> list[str]:
    """Return the hours of the current week in words, then warnings about the expression."""
    expression, country = values["expression"], service.country_id
    zone = vocabulary.countries()[country].zone
    hours = parse(expression, zone, country, by_appointment=bool(values["by_appointment"]))
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    lines = [_weekday_hours(day) for day in week(hours, today - timedelta(days=today.weekday()))]
    hints = (str(WARNING_TEXTS[code]) for code in warnings(expression) if code in WARNING_TEXTS)
    return [*lines, *hints]


def _weekday_hours(day: Day) -> str:
    name = formats.weekday_name(day.weekday, get_language() or "en")
    spans = []
    for start, end, state in day.spans:
        hours = text.plain_isolated_number(f"{start:%H:%M}-{end:%H:%M}")
        spans.append(f"{hours} ({STATE_LABELS[state]})" if state in STATE_LABELS else hours)
    return f"{name}: {', '.join(spans) or _('closed')}"  # For translators: not open that day
