"""The frame that the pages of trainings at the desk share: tabs, messages, edit conflicts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.models import Organisation
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
PLANS = (Permission.PLAN_TRAININGS,)

show, done, sent_data = pages.show, pages.done, pages.sent_data  # every page of trainings


def show_tab(
    request: HttpRequest, here: str, template: str, context: Mapping[str, object] | None = None
) -> HttpResponse:
    """Render a page with the tabs of the desk; `here` is the name of its address."""
    tabs = tabs_of(scope_of(request), here)
    return show(request, template, None, {"tabs": tabs, **(context or {})})


def tabs_of(scope: Scope, here: str) -> list[tuple[str, str, bool]]:
    """Return label and address of the pages that a user may open, and whether each is `here`."""
    groups = (each.pages for each in extension.extensions())
    group = next((tabs for tabs in groups if any(here == tab[1] for tab in tabs)), _trainings())
    return [
        (str(label), reverse(name), name == here)
        for label, name, needed in group
        if access.hosts_where(scope, *needed)
    ]


def _trainings() -> Sequence[extension.Tab]:
    return [
        # Translators: a page of the desk: courses that are given.
        (_("Trainings"), EDITIONS, access.TAKING_PART),
        # Translators, of each below: a page of trainings.
        (_("Courses"), CURRICULUM, access.TAKING_PART),  # courses and their parts
        (_("People and venues"), RESOURCES, PLANS),  # whom and what sessions can book
        (_("Who sends people"), SENDERS, PLANS),  # organisations and schools that send people
        # Translators: a page of trainings: what a trainer is booked for themselves.
        (_("Your bookings"), OWN_BOOKINGS, access.TAKING_PART),
        (_("Duplicates"), DUPLICATES, PLANS),  # two entries that may be one person
        *(tab for each in extension.extensions() for tab in each.tabs),
    ]


def host_of(scope: Scope, chosen: str) -> Organisation:
    """Return the organisation for which something is planned: the chosen one, or the first."""
    rows = Organisation.objects.filter(pk__in=access.must_plan_somewhere(scope))
    hosts = list(rows.order_by("created", "pk"))
    return next((each for each in hosts if str(each.pk) == chosen), hosts[0])


def conflicting_values(
    form: DeskForm, current: Mapping[str, object], edited: int
) -> list[tuple[str, str]]:
    """Return labels and values of the fields that another user saved since the form was opened.
    `current` is by field. Each save raises `edited`, and the form sends the number of its page."""
    if not form.is_bound or form.data.get("edited") == str(edited):
        return []
    typed = form.cleaned_data
    return [
        (str(field.label), display_value(field, current[name]))
        for name, field in form.fields.items()
        if name != "edited" and name in current and name in typed and typed[name] != current[name]
    ]


def display_value(field: forms.Field, value: object) -> str:
    if isinstance(value, list):
        return ", ".join(display_value(field, each) for each in value) or "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return moments.exact(value)
    if value is None or value == "":
        return "–"
    if isinstance(value, Model) and isinstance(field, forms.ModelChoiceField):
        return str(field.label_from_instance(value))
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return choices.get(str(value), str(value))
