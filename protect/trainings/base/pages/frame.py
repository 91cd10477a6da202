"""The frame that the pages of trainings share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from protect.orgs.access import scope_of
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base import access as base_access
from protect.trainings.base.pages.tabs import tabs_of
from protect.ui import pages

show = pages.show  # every page of trainings


def sent_data(request: HttpRequest) -> QueryDict | None:
    """Return what was posted; None while the page is only looked at."""
    return request.POST if request.method == "POST" else None


def done(request: HttpRequest, message: str, name: str, *args: object) -> HttpResponse:
    """Say what was done, and lead to a page: loaded anew, it sends nothing twice."""
    messages.success(request, message)
    return redirect(name, *args)


def show_tab(
    request: HttpRequest, here: str, template: str, context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Render a page with the tabs of the desk; `here` names it, as in `tabs`."""
    tabs = tabs_of(scope_of(request), here)
    return show(request, template, None, {"tabs": tabs, **(context or {})})


def host_of(scope: Scope, chosen: str) -> Organisation:
    """Return the organisation for which something is planned: the chosen one, or the first."""
    rows = Organisation.objects.filter(pk__in=base_access.must_plan_somewhere(scope))
    named = [each for each in rows.order_by("created", "pk") if str(each.pk) == chosen]
    return named[0] if named else rows.order_by("created", "pk")[0]
