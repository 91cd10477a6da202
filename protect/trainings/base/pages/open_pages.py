"""The frame of pages for visitors without an account: no cookie, a language in the address."""

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
from protect.orgs.languages import of_desk as languages
from protect.trainings.base.pages.frame import show
from protect.ui import assets, forms
from protect.vault.sessions import gates

type View = Callable[..., HttpResponse]

ROBOTS = "X-Robots-Tag"


class DeskLanguage:
    """The tag of a language in which the desk is complete; any other is not found."""

    regex = "[a-z]{2,3}"

    def to_python(self, value: str) -> str:
        if value not in languages():
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DeskLanguage, "tag")


def open_page(view: View) -> View:
    """Open a page to visitors, in the language of its address, with a policy for its files.
    Search engines leave it out unless it is `listed`; a refusal is shown on a page of this zone."""

    @gates.open_to_all
    @wraps(view)
    def shown(request: HttpRequest, tag: str, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(tag):
            try:
                response = view(request, *args, **kwargs)
            except errors.ProtectError as error:
                if error.is_fault:
                    raise
                response = _refusal_page(request, error)  # no link to the desk: no account
        return _headed(response, tag)

    return shown


def show_open(
    request: HttpRequest,
    template: str,
    form: forms.DeskForm | None = None,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Render a page of this zone; mistakes of `form` are listed above the heading."""
    tag = translation.get_language()
    others = [
        (each, request.path.replace(f"/{tag}/", f"/{each.tag}/", 1))
        for each in languages().values()
    ]
    frame = {"is_demo": settings.IS_DEMO, "tag": tag, "others": others}
    return show(request, template, form, {**frame, **(context or {})})


def lead_to(name: str, *args: object) -> HttpResponse:
    """Lead to a page of this zone after a form was sent: loaded anew, it sends nothing twice."""
    answer = redirect(name, translation.get_language(), *args)
    answer.status_code = HTTPStatus.SEE_OTHER.value
    return answer


def listed(response: HttpResponse) -> HttpResponse:
    """Let search engines index a public page."""
    response.headers[ROBOTS] = "all"
    return response


@gates.open_to_all
@require_safe
def language_choice(request: HttpRequest) -> HttpResponse:
    return redirect("open:edition_calendar", tag=translation.get_language_from_request(request))


@gates.open_to_all
def not_found(request: HttpRequest) -> HttpResponse:
    tag = _tag_of(request)
    with translation.override(tag):
        response = show_open(request, "trainings/public/not_found.html")
    response.status_code = HTTPStatus.NOT_FOUND
    return _headed(response, tag)


def open_refusal(request: HttpRequest, error: errors.ProtectError) -> HttpResponse:
    """Say outside of a view why something is refused. Asks no database."""
    tag = _tag_of(request)
    with translation.override(tag):
        return _headed(_refusal_page(request, error), tag)


def _tag_of(request: HttpRequest) -> str:
    tag = request.path.removeprefix("/trainings/").partition("/")[0]
    return tag if tag in languages() else translation.get_language_from_request(request)


def _headed(response: HttpResponse, tag: str) -> HttpResponse:
    response.headers.setdefault("Content-Security-Policy", assets.OPEN_CSP)
    response.headers["Content-Language"] = tag
    response.headers.setdefault(ROBOTS, "noindex")
    return response


def _refusal_page(request: HttpRequest, error: errors.ProtectError) -> HttpResponse:
    refusals.tell(error)
    response = show_open(request, "trainings/public/refused.html", None, {"said": error.text()})
    response.status_code = error.status
    return response
