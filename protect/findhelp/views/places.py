"""From a language to a place: lists to tap, and one field for those who rather type."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

from protect.findhelp import access, addresses, forms
from protect.findhelp.enums import Kind, Title
from protect.findhelp.views.frame import in_language, open_to_all, show
from protect.findhelp.views.services import service_page
from protect.reference import formats
from protect.reference.vocabulary import Language, countries

LISTS = {Kind.COUNTRY, Kind.AREA, Kind.INITIAL}


@open_to_all()
def language_list(request: HttpRequest, rest: str = "") -> HttpResponse:
    first, *_ = offered = list(access.languages().values())
    context = {"languages": offered, "rest": f"/{rest}" if rest else ""}
    is_known = not rest  # the address is not checked: it may not exist
    return show(request, first, "language_list.html", context, title=Title.START, keep=is_known)


@open_to_all()
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nAllow: /\n", content_type="text/plain")


@in_language("POST")
def country_list(request: HttpRequest, language: Language) -> HttpResponse:
    if request.method == "POST":
        return _look_up(request, language, country=None)
    names = {code: formats.country_name(code, language.tag) for code in countries()}
    by_name = sorted(names.items(), key=lambda pair: pair[1])
    spots = [(name, addresses.country_spot(code)) for code, name in by_name]
    context = {"countries": spots, "form": forms.PlaceForm(), "anywhere": addresses.ANYWHERE}
    return show(request, language, "country_list.html", context, title=Title.LIST)


@in_language("POST")
def page(
    request: HttpRequest, language: Language, code: str, quiet: str | None = None
) -> HttpResponse:
    target = access.get_page(code)
    if isinstance(target, addresses.Spot) and target.kind in LISTS:
        return _list(request, language, target)
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if not isinstance(target, addresses.Spot):
        return service_page(request, language, target, is_quiet=bool(quiet))
    if target.kind in access.PLACES:
        context = needs_context(language, target, is_quiet=bool(quiet))
        return show(request, language, "needs.html", context, title=Title.LIST)
    if target.kind is Kind.HELPER:
        return helper_page(request, language, addresses.ANYWHERE)
    return show(request, language, "tips.html", {"spot": target})


def _list(request: HttpRequest, language: Language, spot: addresses.Spot) -> HttpResponse:
    country = addresses.country_of(spot)
    if request.method == "POST":
        return _look_up(request, language, country)
    context = {
        "spot": spot,
        "name": addresses.name_in(spot, language.tag),
        "country": country,
        "parent": addresses.parent_of(spot),
        "whole": addresses.whole(spot.key, spot.name) if spot.kind is not Kind.INITIAL else None,
        "children": addresses.children(spot),
        "form": forms.PlaceForm(),
    }
    return show(request, language, "area_list.html", context, title=Title.LIST)


def helper_page(
    request: HttpRequest, language: Language, spot: addresses.Spot, *, is_quiet: bool = False
) -> HttpResponse:
    return show(request, language, "helper.html", needs_context(language, spot, is_quiet=is_quiet))


def needs_context(
    language: Language, spot: addresses.Spot, *, is_quiet: bool = False
) -> dict[str, object]:
    return {
        "spot": spot,
        "name": addresses.name_in(spot, language.tag),
        "country": addresses.country_of(spot),
        "parent": addresses.parent_of(spot),
        "needs": access.public_needs(),
        "is_quiet": is_quiet,
        "helper": addresses.HELPER,
    }


def _look_up(request: HttpRequest, language: Language, country: str | None) -> HttpResponse:
    form = forms.PlaceForm(request.POST)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    if spot := addresses.named(typed, country):
        address = reverse("findhelp:page", args=[language.tag, spot.code, ""])
    else:
        address = addresses.sealed_address(
            language, addresses.RefinedSearch(typed=typed or " ", country=country or "")
        )
    return HttpResponseRedirect(address, status=303)
