"""What every public page has in common: its language, its way out, its emergency number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from protect.findhelp import access, addresses, exits
from protect.findhelp.emergency import emergency_of
from protect.findhelp.enums import Title
from protect.reference.vocabulary import Language

VALID_UNTIL = "Protect-Valid-Until"  # read and removed by site's page cache; seconds since 1970
LIST = "findhelp:language_list"
FOREVER = "0"  # nothing on the page changes by itself

type View[**P] = Callable[Concatenate[HttpRequest, Language, P], HttpResponse]


def open_to_all[**P](
    *methods: str,
) -> Callable[[Callable[P, HttpResponse]], Callable[P, HttpResponse]]:
    """Mark a view as public: no account, no cookie, no transaction, no CSRF token."""

    def mark(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
        marked = require_http_methods(["GET", "HEAD", *methods])(view)
        return login_not_required(csrf_exempt(transaction.non_atomic_requests(marked)))

    return mark


def in_language[**P](view: View[P]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def spoken(request: HttpRequest, tag: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        language = access.get_language(tag)
        with translation.override(tag):
            return view(request, language, *args, **kwargs)

    return spoken


def follows_merges[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Redirect a merged entry to the one that stays; not for ever, it may be taken back."""

    @wraps(view)
    def followed(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except Http404:
            code = access.successor(str(kwargs["code"]))
            if code is None:
                raise
        request = next(each for each in args if isinstance(each, HttpRequest))
        arguments = {key: value for key, value in kwargs.items() if value is not None}
        match = request.resolver_match
        assert match is not None  # noqa: S101 - a view was found by it
        return HttpResponseRedirect(reverse(match.view_name, kwargs={**arguments, "code": code}))

    return followed


def show(  # noqa: PLR0913 - each says something else about one page
    request: HttpRequest,
    language: Language,
    template: str,
    context: Mapping[str, Any],
    *,
    title: Title = Title.PAGE,
    status: int = 200,
    valid_until: datetime | None = None,
    keep: bool = True,
) -> HttpResponse:
    """Render a page in its frame. `keep`: whether the page cache may hold it."""
    country = context.get("country")
    whole = {
        "language": language,
        "title": title.value,
        "exit_to": exits.address(language.tag),
        "is_demo": settings.IS_DEMO,
        "emergency": emergency_of(country),
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
