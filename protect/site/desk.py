"""The home page and frame of the desk. Packages add panels and navigation in their `desk.py`."""

from collections.abc import Callable
from datetime import UTC
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from types import ModuleType
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from protect.kernel import clock
from protect.orgs import access, languages, models, profiles
from protect.site.zones import CACHED_FOR_EVER, is_desk
from protect.ui import assets
from protect.vault.sessions import gates, rules

HOME_NAV_ITEM = (_("Home"), "home")  # For translators: page after sign-in: what waits for a person
MAX_NAV_ITEMS = 7  # with the home page; further items are left out
URGENCY_ORDER = ("alarm", "overdue", "today", "soon")  # groups of a panel's rows


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    scope, at = access.scope_of(request), clock.now()
    modules = [module for module in desk_modules() if hasattr(module, "panels")]
    panels = [panel for module in modules for panel in module.panels(scope, request, at)]
    context = {
        "panels": sorted(panels, key=_urgency),
        "suspended": profiles.own_suspensions(scope),
        "links": [link for module in desk_modules() for link in getattr(module, "HOME_LINKS", ())],
    }
    return render(request, "site/home.html", context)


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: add `desk` to the pages of the desk."""
    return {"desk": Desk(request)} if is_desk(request) else {}


class Desk:
    """The frame of a desk page: user, navigation, addresses and time limits."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    is_demo = settings.IS_DEMO
    has_keys = True
    idle_seconds = int(rules.IDLE_LIMIT.total_seconds())

    @property
    def ends_seconds(self) -> int:
        """Return the seconds until MAX_SESSION_TIME ends the session, 0 without a session."""
        entry = getattr(self._request, "entry", None)
        if entry is None:
            return 0
        return int((entry.session.started + rules.MAX_SESSION_TIME - clock.now()).total_seconds())

    @property
    def user_name(self) -> str:
        return str(getattr(self._request.user, "name", ""))

    @property
    def organisation_name(self) -> str:
        home = home_organisation_of(self._request)
        return home.name if home else ""

    @cached_property
    def nav(self) -> list[tuple[Any, str, bool]]:
        """Return label, address and "is current" of each item of the navigation."""
        scope = access.scope_of(self._request)
        # A package has a constant NAV, or a function `nav` that depends on the user's scope.
        package_items = (
            module.nav(scope) if hasattr(module, "nav") else getattr(module, "NAV", ())
            for module in desk_modules()
        )
        items = [HOME_NAV_ITEM, *chain.from_iterable(package_items)]
        path = self._request.path
        return [
            (label, url, path.startswith(url) if url != "/" else path == url)
            for label, url in ((label, reverse(name)) for label, name in items[:MAX_NAV_ITEMS])
        ]

    @cached_property
    def urls(self) -> dict[str, str]:
        """Return addresses by the names that the templates of the desk use."""
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


@cache
def desk_modules() -> tuple[ModuleType, ...]:
    """Return the `desk` module of each package, lowest first."""
    packages = (app for app in apps.get_app_configs() if app.name.startswith("protect."))
    names = [f"{app.name}.desk" for app in packages if app.label != "site"]
    return tuple(import_module(name) for name in names if find_spec(name))


def _urgency(panel: dict[str, Any]) -> int:
    """Return the sort key of a panel: by its most urgent row; panels without rows come last."""
    groups = [row.get("group", "") for row in panel["rows"]]
    ranks = {group: rank for rank, group in enumerate(URGENCY_ORDER)}
    last = len(URGENCY_ORDER)
    return min((ranks.get(group, last) for group in groups), default=last + 1)


class DeskLocaleMiddleware:
    """Middleware: set language (user's or browser's) and time zone (organisation's) at the desk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_desk(request):
            return self.get_response(request)
        tag = language_of(request)
        request.LANGUAGE_CODE = tag
        home = home_organisation_of(request)
        zone = ZoneInfo(home.zone) if home else UTC
        with translation.override(tag), timezone.override(zone):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response


def language_of(request: HttpRequest) -> str:
    """Return the tag of the user's desk language, or else of the browser's."""
    entry = getattr(request, "entry", None)  # the user is not signed in before the second factor
    person = entry.session.user if entry else request.user
    if chosen := getattr(person, "language", ""):
        return languages.desk_language_of(chosen)
    return translation.get_language_from_request(request)


def home_organisation_of(request: HttpRequest) -> models.Organisation | None:
    """Return the home organisation of the signed-in user. One query per request."""
    if not hasattr(request, "protect_home"):
        home = access.home_organisation(request.user.pk) if request.user.is_authenticated else None
        request.protect_home = home  # type: ignore[attr-defined]
    return cast("models.Organisation | None", request.protect_home)  # type: ignore[attr-defined]


@gates.open_to_all
@transaction.non_atomic_requests  # the page about an unavailable database needs these files
@require_safe
def serve_asset(request: HttpRequest, name: str) -> HttpResponse:
    file = assets.CONTENT_BY_NAME.get(name)
    if file is None:
        raise Http404
    media_type, body = file
    return HttpResponse(body, content_type=media_type, headers={"Cache-Control": CACHED_FOR_EVER})


@require_safe
def keyboard_shortcuts(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/desk_keys.html")
