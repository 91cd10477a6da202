"""The parts that every public page has: its language, exit link and emergency number."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from protect.content.drafts.page_files import INDEX
from protect.content.released import Pages
from protect.findhelp import access, addresses, enums, exits, mirrors
from protect.findhelp.answers import emergency
from protect.reference.vocabulary import Language, countries

UNTIL_HEADER = "Protect-Valid-Until"  # for the page cache, which removes it; seconds since 1970
LANGUAGE_LIST_URL = "findhelp:language_list"
VALID_INDEFINITELY = "0"  # in UNTIL_HEADER: the page does not change by itself
ANSWERS = "results.html"
WITH_NUMBERS = (ANSWERS, "service.html")  # pages with numbers of services
BLANK_LINES = re.compile(rb"\n\s+")  # with the indentation: 50 of 13,000 bytes

type PublicView = Callable[..., HttpResponseBase]


def open_to_all(*methods: str) -> Callable[[PublicView], PublicView]:
    """Make a view public for GET, HEAD and `methods`: no account, cookie, transaction or CSRF."""

    def decorate(view: PublicView) -> PublicView:
        marked = require_http_methods(["GET", "HEAD", *methods])(view)
        return login_not_required(csrf_exempt(transaction.non_atomic_requests(marked)))

    return decorate


def in_language(*methods: str) -> Callable[[PublicView], PublicView]:
    """Make a view public (`open_to_all`) and pass it the language of its path, which is activated.
    URLs of merged entries redirect to the remaining entry, temporarily: a merge can be undone."""

    def decorate(view: PublicView) -> PublicView:
        @wraps(view)
        def view_in_language(request: HttpRequest, tag: str, **named: Any) -> HttpResponseBase:
            try:
                language = access.get_language(tag)
                with translation.override(tag):
                    return view(request, language, **named)
            except Http404:
                code = access.successor_code(named["code"]) if "code" in named else None
                if code is None:
                    raise
            assert request.resolver_match is not None  # noqa: S101 - a view was found by it
            parts = {key: value for key, value in named.items() if value is not None}
            parts |= {"tag": tag, "code": code}
            return HttpResponseRedirect(reverse(request.resolver_match.view_name, kwargs=parts))

        return open_to_all(*methods)(view_in_language)

    return decorate


def show(  # noqa: PLR0913 - each sets one property of the page
    request: HttpRequest,
    language: Language,
    template: str,
    context: Mapping[str, Any],
    *,
    title: enums.PageTitle = enums.PageTitle.PAGE,
    status: int = 200,
    valid_until: datetime | None = None,
    may_cache: bool = True,
) -> HttpResponse:
    """Render a page in its frame. `may_cache`: until `valid_until`, or with None without an end."""
    country, mirror = context.get("country"), mirrors.mirror_of(request)
    link_country = mirror.own_country(country) if mirror else country
    pages = _released_pages(language.tag)
    may_cache = may_cache and pages is not None  # a page without its links is not cached
    is_error = status >= HTTPStatus.BAD_REQUEST  # then no page of this path need exist
    full_context = {
        "language": language,
        "title": (enums.PageTitle.CLOSED if status == HTTPStatus.GONE else title).value,
        "exit_to": exits.working_exit_page(language.tag),
        "is_demo": settings.IS_DEMO,
        "has_answers": template == ANSWERS,
        "has_numbers": template in WITH_NUMBERS,
        "emergency": emergency.emergency_of(country),
        "police": addresses.police_in(link_country) if link_country else None,
        **_languages_context(request.path, language, mirror, context.get("tags")),
        "quiet_at": addresses.quiet_path("" if is_error else request.path, language.tag),
        "start": addresses.ANYWHERE,
        "is_official_language": bool(country and language.tag in countries()[country].languages),
        "tips": addresses.TIPS,
        **_rights_context(pages or {}, link_country, context.get("rights", ())),
        "is_quiet": is_error and addresses.is_quiet_path(request.path),
        **context,
    }
    response = render(request, f"findhelp/{template}", full_context, status=status)
    if status == HTTPStatus.OK:  # other pages may repeat what a visitor typed, line by line
        response.content = BLANK_LINES.sub(b"\n", response.content)
    _set_cache_header(response, valid_until, may_cache=may_cache and status == HTTPStatus.OK)
    return response


def _set_cache_header(
    response: HttpResponse, valid_until: datetime | None, *, may_cache: bool
) -> None:
    if may_cache:
        stamp = VALID_INDEFINITELY if valid_until is None else str(int(valid_until.timestamp()))
        response.headers[UNTIL_HEADER] = stamp
    else:
        response.headers["X-Robots-Tag"] = "noindex"


def _languages_context(
    path: str, language: Language, mirror: mirrors.Mirror | None, tags: Iterable[str] | None
) -> dict[str, object]:
    """Return the way to other languages: a list of them, or, on a mirror, links on the page itself.
    `tags`: the languages that have the page; None: all."""
    if mirror is None:
        return {"mirror": None, "languages_at": _language_list_url(path, language)}
    links = mirrors.language_links(mirror, path, language.tag, tags)
    return {
        "mirror": mirror,
        "as_of": mirror.day_text(language.tag),
        "language_links": links,
        "languages_at": "#languages" if links else reverse(LANGUAGE_LIST_URL),
    }


def _rights_context(pages: Pages, country: str | None, codes: Iterable[str]) -> dict[str, object]:
    """Return the links to pages about rights: those of the page, and the one to their list."""
    links = access.rights_links(pages, country, codes)
    return {"rights_links": links, "rights_index": access.rights_links(pages, country, (INDEX,))}


def _released_pages(tag: str) -> Pages | None:
    """Return the released pages about rights; None while the database was not reached yet."""
    try:
        return access.released_pages(tag)
    except Error:
        return None


def _language_list_url(path: str, language: Language) -> str:
    rest = addresses.path_without_language(path, language.tag)
    if not rest:
        return reverse(LANGUAGE_LIST_URL)
    return reverse("findhelp:language_choice", args=[language.tag, rest])
