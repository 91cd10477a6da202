"""What the pages of campaigns share: their tabs."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from protect.campaigns.base.access import campaign_organisations
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.ui.forms import DeskForm
from protect.ui.pages import render_form_page

CAMPAIGNS, MATERIALS = "campaigns:campaign_list", "campaigns:material_list"
ORDERS, NUMBERS = "campaigns:order_list", "campaigns:number_list"
CONSENTS, REPORT = "campaigns:consent_list", "campaigns:report"


def show_tab(
    request: HttpRequest,
    here: str,
    template: str,
    context: Mapping[str, Any],
    form: DeskForm | None = None,
) -> HttpResponse:
    """Render a page with the tabs of campaigns; `here` is the URL name of its tab."""
    tabs = [
        (_("Campaigns"), CAMPAIGNS),  # For translators: a page of the desk
        (_("Materials"), MATERIALS),  # For translators: posters, leaflets, films
        (_("Orders"), ORDERS),  # For translators: orders of posters
        # Translators: a page of the desk: telephone numbers on posters that have changed.
        (_("Printed numbers"), NUMBERS),
        (_("Consents"), CONSENTS),  # For translators: of people in pictures
        # Translators: a page of the desk: figures of campaigns for a period.
        (_("Report"), REPORT),
    ]
    rows = [(label, reverse(name), name == here) for label, name in tabs]
    return render_form_page(request, template, form, {"tabs": rows, **context})


def own_organisations(scope: Scope) -> QuerySet[Organisation]:
    """Return the organisations for which the user runs campaigns, by name."""
    return Organisation.objects.filter(pk__in=campaign_organisations(scope)).order_by("name")
