"""The frame of the staff pages of trainings: tabs, messages, edit conflicts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from protect.orgs import enums, models
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.trainings.base import access, extension
from protect.ui import moments, pages
from protect.ui.forms import DeskForm

EDITIONS = "trainings:edition_list"
CURRICULUM = "trainings:curriculum"
RESOURCES = "trainings:resource_list"
SENDERS = "trainings:sender_list"
DUPLICATES = "trainings:duplicate_list"
OWN_BOOKINGS = "trainings:own_booking_list"
PLANNER_ONLY = (enums.Permission.PLAN_TRAININGS,)  # permission that a tab for planners needs

# For all staff pages:
render_form_page = pages.render_form_page
redirect_with_message = pages.redirect_with_message
sent_data = pages.posted_data


def show_tab(
    request: HttpRequest, page_name: str, template: str, context: Mapping[str, object] | None = None
) -> HttpResponse:
    """Render a staff page with its tabs; `page_name` is the URL name of the page."""
    tabs = desk_tabs(scope_of(request), page_name)
    return render_form_page(request, template, None, {"tabs": tabs, **(context or {})})


def desk_tabs(scope: Scope, page_name: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of `page_name` that a user may open: label, address, whether current."""
    groups = (plugin.pages for plugin in extension.extensions())
    own_group = (tabs for tabs in groups if any(page_name == tab[1] for tab in tabs))
    group = next(own_group, None) or _training_tabs()
    return [
        (str(label), reverse(name), name == page_name)
        for label, name, needed in group
        if access.hosts_where(scope, *needed)
    ]


def _training_tabs() -> Sequence[extension.Tab]:
    return [
        (_("Trainings"), EDITIONS, access.TRAINING_PERMISSIONS),  # For translators: a staff page
        # Translators, of each below: a page of trainings.
        (_("Courses"), CURRICULUM, access.TRAINING_PERMISSIONS),  # courses and their parts
        (_("People and venues"), RESOURCES, PLANNER_ONLY),  # trainers, interpreters, rooms
        (_("Nominating organisations"), SENDERS, PLANNER_ONLY),  # schools among them
        # Translators: a page of trainings: what a trainer is booked for themselves.
        (_("Your bookings"), OWN_BOOKINGS, access.TRAINING_PERMISSIONS),
        (_("Duplicates"), DUPLICATES, PLANNER_ONLY),  # two participants that may be one person
        *(tab for plugin in extension.extensions() for tab in plugin.tabs),
    ]


def chosen_host(scope: Scope, organisation_id: str) -> models.Organisation:
    """Return the chosen host, or the oldest, that a user plans for. Errors: PermissionDenied."""
    rows = models.Organisation.objects.filter(pk__in=access.must_plan_somewhere(scope))
    hosts = list(rows.order_by("created", "pk"))
    return next((host for host in hosts if str(host.pk) == organisation_id), hosts[0])


def conflicting_values(
    form: DeskForm, current: Mapping[str, object], version: int
) -> list[tuple[str, str]]:
    """Return labels and stored values of fields that differ from typed ones, if a save followed
    the form's page. Each save raises `version`; the form posts the version of its page."""
    if not form.is_bound or form.data.get("edited") == str(version):
        return []
    typed = form.cleaned_data
    return [
        (str(field.label), display_value(field, current[name]))
        for name, field in form.fields.items()
        if name != "edited" and name in current and name in typed and typed[name] != current[name]
    ]


def display_value(field: forms.Field, value: object) -> str:
    """Return the value of a form field as text for people; “–” for an empty one."""
    if isinstance(value, list):
        return ", ".join(display_value(field, item) for item in value) or "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return moments.exact_text(value)
    if value is None or value == "":
        return "–"
    if isinstance(value, Model) and isinstance(field, forms.ModelChoiceField):
        return str(field.label_from_instance(value))
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return choices.get(str(value), str(value))
