"""What every page of the desk needs: the user's language and time zone, styles and scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import cast
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from protect.orgs.access import home_of
from protect.orgs.languages import spoken
from protect.orgs.models import Organisation
from protect.site.zones import KEPT_FOR_EVER, is_desk
from protect.ui import assets
from protect.vault import gates


class SpeakTheirLanguage:
    """Shows the desk in the language of its person; before sign-in, in that of the browser.

    Its times are those of the person's organisation; before sign-in, UTC.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_desk(request):
            return self.get_response(request)
        tag = language_of(request)
        request.LANGUAGE_CODE = tag
        with translation.override(tag), timezone.override(zone_of(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response


def language_of(request: HttpRequest) -> str:
    """Return the tag of the language for a page of the desk."""
    # Between passphrase and second factor the user is not signed in yet.
    entry = getattr(request, "entry", None)
    person = entry.session.user if entry else request.user
    chosen = getattr(person, "language", "")
    return spoken(chosen) if chosen else translation.get_language_from_request(request)


def zone_of(request: HttpRequest) -> tzinfo:
    """Return the time zone for a page of the desk."""
    home = home_of_asker(request)
    return ZoneInfo(home.zone) if home else UTC


def home_of_asker(request: HttpRequest) -> Organisation | None:
    """Return the home organisation of the signed-in user. One query per request."""
    if not hasattr(request, "protect_home"):
        home = home_of(request.user.pk) if request.user.is_authenticated else None
        request.protect_home = home  # type: ignore[attr-defined]
    return cast("Organisation | None", request.protect_home)  # type: ignore[attr-defined]


@gates.open_to_all
@transaction.non_atomic_requests  # the page that says that the database is away needs them
@require_safe
def desk_file(request: HttpRequest, name: str) -> HttpResponse:
    """Send a style or script, named for its content: a browser may keep it for ever."""
    file = assets.FILES.get(name)
    if file is None:
        raise Http404
    media_type, content = file
    return HttpResponse(content, content_type=media_type, headers={"Cache-Control": KEPT_FOR_EVER})


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/desk_keys.html")
