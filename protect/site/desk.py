"""The home page of the desk. Packages register panels and navigation in their `desk.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.contacts import suspended_for
from protect.orgs.scope import Scope
from protect.site import staff
from protect.site.zones import is_desk
from protect.vault.rules import IDLE, WORKING_DAY

# Translators: the first page after signing in: what waits for this person.
HOME = (_("Home"), "home")
MOST_WORDS = 7
URGENT = ("alarm", "overdue", "today", "soon")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    panels = [panel for part in parts() for panel in _panels(part, scope, request, at)]
    context = {"panels": sorted(panels, key=_urgency), "suspended": suspended_for(scope)}
    return render(request, "site/home.html", context)


def context(request: HttpRequest) -> dict[str, Any]:
    """Return what every page of the desk needs; nothing for other pages."""
    if not is_desk(request):
        return {}
    return {"desk": Desk(request)}


class Desk:
    """The frame of a page of the desk, worked out as far as the page asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    is_demo = settings.IS_DEMO
    has_keys = True
    idle_seconds = int(IDLE.total_seconds())

    @property
    def ends_seconds(self) -> int:
        """Return after how many seconds the session ends, also for an active user."""
        entry = getattr(self._request, "entry", None)
        if entry is None:
            return 0
        return int((entry.session.started + WORKING_DAY - clock.now()).total_seconds())

    @property
    def user_name(self) -> str:
        return str(getattr(self._request.user, "name", ""))

    @property
    def organisation_name(self) -> str:
        home = staff.home_of_asker(self._request)
        return home.name if home else ""

    @property
    def nav(self) -> list[tuple[Any, str, bool]]:
        scope = scope_of(self._request)
        words = [HOME, *(word for each in parts() for word in _words(each, scope))]
        here = self._request.path
        return [
            (label, url, here.startswith(url) if url != "/" else here == url)
            for label, url in ((label, reverse(name)) for label, name in words[:MOST_WORDS])
        ]

    @property
    def urls(self) -> dict[str, str]:
        return {
            "home": reverse("home"),
            "account": reverse("orgs:account"),
            "security": reverse("vault:security"),
            "sign_out": reverse("vault:sign_out"),
            "lock": reverse("vault:lock"),
            "unlock": f"{reverse('vault:unlock')}?{urlencode({'next': self._request.path})}",
            "stay": reverse("vault:stay"),
            "keys": reverse("keys"),
        }


def parts() -> Iterator[ModuleType]:
    """Yield the `desk` module of each package, lowest first."""
    for app in apps.get_app_configs():
        name = f"{app.name}.desk"
        if app.name.startswith("protect.") and app.label != "site" and find_spec(name):
            yield import_module(name)


def _panels(
    part: ModuleType, scope: Scope, request: HttpRequest, at: datetime
) -> Iterable[dict[str, Any]]:
    """Return the panels of a package for a user; a package may have none."""
    return part.panels(scope, request, at) if hasattr(part, "panels") else ()


def _words(part: ModuleType, scope: Scope) -> Iterable[tuple[Any, str]]:
    """Return the words of a package in the navigation: its NAV, or `nav` of the user's scope."""
    return part.nav(scope) if hasattr(part, "nav") else getattr(part, "NAV", ())


def _urgency(panel: dict[str, Any]) -> int:
    """Order panels by the most urgent thing in them; those without anything come last."""
    groups = [row.get("group", "") for row in panel["rows"]]
    if not groups:
        return len(URGENT) + 1
    return min(URGENT.index(each) if each in URGENT else len(URGENT) for each in groups)
