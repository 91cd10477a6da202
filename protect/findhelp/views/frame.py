"""What every public page has in common: its language, its way out, its emergency number."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from protect.findhelp import access, addresses, emergency, enums, exits
from protect.reference.vocabulary import Language

VALID_UNTIL = "Protect-Valid-Until"  # read and removed by site's page cache; seconds since 1970
LIST = "findhelp:language_list"
FOREVER = "0"  # nothing on the page changes by itself

type OpenView = Callable[..., HttpResponse]


def open_to_all(*methods: str) -> Callable[[OpenView], OpenView]:
    """Mark a view as public: no account, no cookie, no transaction, no CSRF token."""

    def mark(view: OpenView) -> OpenView:
        marked = require_http_methods(["GET", "HEAD", *methods])(view)
        return login_not_required(csrf_exempt(transaction.non_atomic_requests(marked)))

    return mark


def in_language(*methods: str) -> Callable[[OpenView], OpenView]:
    """Mark a view as public, hand it the language of its path and let it speak it.
    The address of a merged entry leads to the one that stays: printed ones stay good. Not for ever,
    a merging may be taken back."""

    def mark(view: OpenView) -> OpenView:
        @wraps(view)
        def spoken(request: HttpRequest, tag: str, **named: Any) -> HttpResponse:
            try:
                language = access.get_language(tag)
                with translation.override(tag):
                    return view(request, language, **named)
            except Http404:
                code = access.successor(named["code"]) if "code" in named else None
                if code is None:
                    raise
            assert request.resolver_match is not None  # noqa: S101 - a view was found by it
            parts = {key: value for key, value in named.items() if value is not None}
            parts |= {"tag": tag, "code": code}
            return HttpResponseRedirect(reverse(request.resolver_match.view_name, kwargs=parts))

        return open_to_all(*methods)(spoken)

    return mark


def show(  # noqa: PLR0913 - each says something else about one page
    request: HttpRequest,
    language: Language,
    template: str,
    context: Mapping[str, Any],
    *,
    title: enums.Title = enums.Title.PAGE,
    status: int = 200,
    valid_until: datetime | None = None,
    keep: bool = True,
) -> HttpResponse:
    """Render a page in its frame. `keep`: whether the page cache may hold it."""
    whole = {
        "language": language,
        "title": (enums.Title.CLOSED if status == HTTPStatus.GONE else title).value,
        "exit_to": exits.address(language.tag),
        "is_demo": settings.IS_DEMO,
        "emergency": emergency.emergency_of(context.get("country")),
        "languages_at": _languages_at(request.path, language),
        "start": addresses.ANYWHERE,
        "tips": addresses.TIPS,
        **context,
    }
    response = render(request, f"findhelp/{template}", whole, status=status)
    if keep and status == 200:
        stamp = FOREVER if valid_until is None else str(int(valid_until.timestamp()))
        response.headers[VALID_UNTIL] = stamp
    else:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _languages_at(path: str, language: Language) -> str:
    rest = addresses.rest_of(path, language.tag)
    return reverse("findhelp:language_choice", args=[rest]) if rest else reverse(LIST)
