"""The home page of the desk. Packages register panels and navigation in their `desk.py`."""

from collections.abc import Callable, Iterator
from datetime import UTC
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
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from protect.kernel import clock
from protect.orgs import access, languages, profiles
from protect.orgs.models import Organisation
from protect.site.zones import KEPT_FOR_EVER, is_desk
from protect.ui import assets
from protect.vault.sessions import gates, rules

# Translators: the first page after signing in: what waits for this person.
HOME = (_("Home"), "home")
MOST_WORDS = 7
URGENT = ("alarm", "overdue", "today", "soon")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    scope, at = access.scope_of(request), clock.now()
    with_panels = [part for part in parts() if hasattr(part, "panels")]
    panels = [panel for part in with_panels for panel in part.panels(scope, request, at)]
    context = {"panels": sorted(panels, key=_urgency), "suspended": profiles.suspended_for(scope)}
    return render(request, "site/home.html", context)


def context(request: HttpRequest) -> dict[str, Any]:
    return {"desk": Desk(request)} if is_desk(request) else {}


class Desk:
    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    is_demo = settings.IS_DEMO
    has_keys = True
    idle_seconds = int(rules.IDLE.total_seconds())

    @property
    def ends_seconds(self) -> int:
        entry = getattr(self._request, "entry", None)
        if entry is None:
            return 0
        return int((entry.session.started + rules.WORKING_DAY - clock.now()).total_seconds())

    @property
    def user_name(self) -> str:
        return str(getattr(self._request.user, "name", ""))

    @property
    def organisation_name(self) -> str:
        home = home_of_asker(self._request)
        return home.name if home else ""

    @property
    def nav(self) -> list[tuple[Any, str, bool]]:
        scope = access.scope_of(self._request)
        # The words of a package: its NAV, or `nav` of the user's scope.
        of_parts = (
            part.nav(scope) if hasattr(part, "nav") else getattr(part, "NAV", ())
            for part in parts()
        )
        words = [HOME, *chain.from_iterable(of_parts)]
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


def _urgency(panel: dict[str, Any]) -> int:
    """Order panels by the most urgent thing in them; those without anything come last."""
    groups = [row.get("group", "") for row in panel["rows"]]
    if not groups:
        return len(URGENT) + 1
    return min(URGENT.index(each) if each in URGENT else len(URGENT) for each in groups)


class SpeakTheirLanguage:
    """Shows the desk in its person's language and zone; before sign-in, the browser's, in UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_desk(request):
            return self.get_response(request)
        tag = language_of(request)
        request.LANGUAGE_CODE = tag
        home = home_of_asker(request)
        zone = ZoneInfo(home.zone) if home else UTC
        with translation.override(tag), timezone.override(zone):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response


def language_of(request: HttpRequest) -> str:
    # Between passphrase and second factor the user is not signed in yet.
    entry = getattr(request, "entry", None)
    person = entry.session.user if entry else request.user
    chosen = getattr(person, "language", "")
    return languages.spoken(chosen) if chosen else translation.get_language_from_request(request)


def home_of_asker(request: HttpRequest) -> Organisation | None:
    """Return the home organisation of the signed-in user. One query per request."""
    if not hasattr(request, "protect_home"):
        home = access.home_of(request.user.pk) if request.user.is_authenticated else None
        request.protect_home = home  # type: ignore[attr-defined]
    return cast("Organisation | None", request.protect_home)  # type: ignore[attr-defined]


@gates.open_to_all
@transaction.non_atomic_requests  # the page that says that the database is away needs them
@require_safe
def desk_file(request: HttpRequest, name: str) -> HttpResponse:
    file = assets.FILES.get(name)
    if file is None:
        raise Http404
    media_type, content = file
    return HttpResponse(content, content_type=media_type, headers={"Cache-Control": KEPT_FOR_EVER})


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/desk_keys.html")
