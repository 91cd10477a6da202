"""The frame of public training pages: no account, no cookie, the language in the address."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import register_converter
from django.utils import translation
from django.views.decorators.http import require_safe

from protect.kernel import errors, refusals
from protect.orgs.languages import desk_languages as languages
from protect.trainings.base.pages.frame import render_form_page
from protect.ui import assets, forms
from protect.vault.sessions import gates

type View = Callable[..., HttpResponse]

ROBOTS_HEADER = "X-Robots-Tag"


class DeskLanguage:
    """URL converter for a language in which the staff pages are complete; others give 404."""

    regex = "[a-z]{2,3}"

    def to_python(self, value: str) -> str:
        """Return the language tag in a URL. Errors: ValueError, which gives 404."""
        if value not in languages():
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        """Return the part of a URL for a language tag: the tag itself."""
        return value


register_converter(DeskLanguage, "tag")


def open_page(view: View) -> View:
    """Make a view public, in the language of its address, with the headers of public pages.
    Search engines skip it unless the view calls `allow_indexing`."""

    @gates.open_to_all
    @wraps(view)
    def shown(request: HttpRequest, tag: str, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(tag):
            try:
                response = view(request, *args, **kwargs)
            except errors.ProtectError as error:
                if error.is_fault:
                    raise
                response = _refusal_page(request, error)  # the page has no links to staff pages
        return _set_public_headers(response, tag)

    return shown


def show_open(
    request: HttpRequest,
    template: str,
    form: forms.DeskForm | None = None,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Render a public page; mistakes of `form` are listed above the heading."""
    tag, path = translation.get_language(), request.path
    others = [
        (language, path.replace(f"/{tag}/", f"/{language.tag}/", 1))
        for language in languages().values()
    ]
    is_find_help = getattr(request, "urlconf", settings.ROOT_URLCONF) == settings.ROOT_URLCONF
    frame = {"is_demo": settings.IS_DEMO, "is_find_help": is_find_help, "tag": tag}
    frame["others"] = others
    return render_form_page(request, template, form, {**frame, **(context or {})})


def redirect_to(name: str, *args: object) -> HttpResponse:
    """Redirect to a public page after a form was posted, so that a reload posts nothing again."""
    response = redirect(name, translation.get_language(), *args)
    response.status_code = HTTPStatus.SEE_OTHER.value
    return response


def allow_indexing(response: HttpResponse) -> HttpResponse:
    response.headers[ROBOTS_HEADER] = "all"
    return response


@gates.open_to_all
@require_safe
def calendar_by_browser(request: HttpRequest) -> HttpResponse:
    """Redirect to the public calendar in the language of the browser."""
    return redirect("open:edition_calendar", tag=translation.get_language_from_request(request))


@gates.open_to_all
def public_not_found(request: HttpRequest) -> HttpResponse:
    """Show the 404 page of the public pages of trainings."""
    tag = _page_language(request)
    with translation.override(tag):
        response = show_open(request, "trainings/public/not_found.html")
    response.status_code = HTTPStatus.NOT_FOUND
    return _set_public_headers(response, tag)


def open_refusal(request: HttpRequest, error: errors.ProtectError) -> HttpResponse:
    """Return the public page for an error outside of a view. It needs no database."""
    tag = _page_language(request)
    with translation.override(tag):
        return _set_public_headers(_refusal_page(request, error), tag)


def _page_language(request: HttpRequest) -> str:
    """Return the language in the URL's path, else the one that the browser prefers."""
    tag = request.path.removeprefix("/trainings/").partition("/")[0]
    return tag if tag in languages() else translation.get_language_from_request(request)


def _set_public_headers(response: HttpResponse, tag: str) -> HttpResponse:
    """Set the headers of public pages; keep a policy or robots header that the view has set."""
    response.headers.setdefault("Content-Security-Policy", assets.OPEN_CSP)
    response.headers["Content-Language"] = tag
    response.headers.setdefault(ROBOTS_HEADER, "noindex")
    return response


def _refusal_page(request: HttpRequest, error: errors.ProtectError) -> HttpResponse:
    refusals.report_refusal(error)
    response = show_open(request, "trainings/public/refused.html", None, {"said": error.text()})
    response.status_code = error.status
    return response
