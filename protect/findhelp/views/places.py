"""Choosing a place: lists to tap, and a field to type in."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

from protect.findhelp import access, addresses, forms
from protect.findhelp.answers import country_lines, first_hours
from protect.findhelp.enums import PageTitle, SpotKind
from protect.findhelp.views.frame import in_language, open_to_all, show
from protect.findhelp.views.services import service_page
from protect.kernel import clock
from protect.reference import formats
from protect.reference.lookup.fold import fold
from protect.reference.vocabulary import Language, countries

BEFORE_POLICE = {"talk", "law-papers"}  # needs of a person who thinks about going to the police
LIST_KINDS = {SpotKind.COUNTRY, SpotKind.AREA, SpotKind.INITIAL}  # shown as lists of places


@open_to_all()
def language_list_page(request: HttpRequest, rest: str = "") -> HttpResponse:
    """List the languages; `rest` is the path, without language, to which each one leads."""
    first, *_ = offered = list(access.languages().values())
    context = {"languages": offered, "rest": f"/{rest}" if rest else ""}
    is_known = not rest  # the rest of the path is not checked: it may not exist
    return show(request, first, "language_list.html", context, title=PageTitle.START, keep=is_known)


@open_to_all()
def robots_txt(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nAllow: /\n", content_type="text/plain")


@in_language("POST")
def country_list_page(request: HttpRequest, language: Language) -> HttpResponse:
    if request.method == "POST":
        return _redirect_to_place(request, language, country=None)
    names = {code: formats.country_name(code, language.tag) for code in countries()}
    by_name = sorted(names.items(), key=lambda pair: pair[1])
    spots = [(name, addresses.country_spot(code)) for code, name in by_name]
    context = {"countries": spots, "form": forms.PlaceForm(), "anywhere": addresses.ANYWHERE}
    return show(request, language, "country_list.html", context, title=PageTitle.LIST)


@in_language("POST")
def page_by_code(
    request: HttpRequest, language: Language, code: str, quiet: str | None = None
) -> HttpResponse:
    """Show what a six-letter code stands for: a list, a place, a service, tips or helper page."""
    target = access.get_page(code)
    if isinstance(target, addresses.Spot) and target.kind in LIST_KINDS:
        return _show_area_list(request, language, target)
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if not isinstance(target, addresses.Spot):
        return service_page(request, language, target, is_quiet=bool(quiet))
    if target.kind in access.PLACE_KINDS:
        context = needs_context(language, target, is_quiet=bool(quiet))
        return show(request, language, "needs.html", context, title=PageTitle.LIST)
    if target.kind is SpotKind.HELPER:
        return helper_page(request, language, addresses.ANYWHERE)
    if target.kind is SpotKind.FIRST_HOURS:
        return _first_hours_page(request, language, target, is_quiet=bool(quiet))
    if target.kind is SpotKind.POLICE:
        return _police_page(request, language, target, is_quiet=bool(quiet))
    return show(request, language, "tips.html", {"spot": target})


def _show_area_list(request: HttpRequest, language: Language, spot: addresses.Spot) -> HttpResponse:
    """Show the page of a list of places; a POST redirects to the place that was typed."""
    country, whole = addresses.country_of(spot), addresses.anywhere_in(spot.key, spot.name)
    if request.method == "POST":
        return _redirect_to_place(request, language, country)
    context = {
        "spot": spot,
        "name": addresses.spot_name(spot, language.tag),
        "country": country,
        "parent": addresses.parent_of(spot),
        "whole": whole if spot.kind is not SpotKind.INITIAL else None,
        "children": list_children(spot, language),
        "form": forms.PlaceForm(),
    }
    return show(request, language, "area_list.html", context, title=PageTitle.LIST)


def list_children(spot: addresses.Spot, language: Language) -> list[tuple[str, addresses.Spot]]:
    """Return the names and spots of the list of a place, in the order that readers expect."""
    children = [(_name_in_list(child, language), child) for child in addresses.child_spots(spot)]
    return sorted(children, key=lambda named: fold(named[0]))


def _name_in_list(child: addresses.Spot, language: Language) -> str:
    """Return the name of a place or an area, or the letter of a list by letters."""
    is_letter = child.kind is SpotKind.INITIAL
    return child.name if is_letter else addresses.spot_name(child, language.tag) or child.name


def helper_page(
    request: HttpRequest, language: Language, spot: addresses.Spot, *, is_quiet: bool = False
) -> HttpResponse:
    """Show advice for a person who helps someone, and the needs to choose from."""
    return show(request, language, "helper.html", needs_context(language, spot, is_quiet=is_quiet))


def _first_hours_page(
    request: HttpRequest, language: Language, spot: addresses.Spot, *, is_quiet: bool
) -> HttpResponse:
    """Show what matters in the first hours, and what is known of it in the country."""
    country, today = addresses.country_of(spot), clock.now().date()
    context = {
        "country": country,
        "name": addresses.spot_name(spot, language.tag),
        "hours": first_hours.first_hours(country, today),
        "urgent_hours": first_hours.urgent_hours(),
        "is_quiet": is_quiet,
        "whole": addresses.anywhere_in(country) if country else addresses.ANYWHERE,
        "needs": [need for need in access.public_needs() if need.first_hours],
    }
    return show(request, language, "first_hours.html", context)


def _police_page(
    request: HttpRequest, language: Language, spot: addresses.Spot, *, is_quiet: bool
) -> HttpResponse:
    """Show what the police of a country may ask and must report, and whom to ask before."""
    country = spot.key
    context = {
        "country": country,
        "name": addresses.spot_name(spot, language.tag),
        "lines": country_lines.lines_about_police(country, clock.now().date()),
        "is_quiet": is_quiet,
        "whole": addresses.anywhere_in(country),
        "needs": [need for need in access.public_needs() if need.code in BEFORE_POLICE],
    }
    return show(request, language, "police.html", context)


def needs_context(
    language: Language, spot: addresses.Spot, *, is_quiet: bool = False
) -> dict[str, object]:
    return {
        "spot": spot,
        "name": addresses.spot_name(spot, language.tag),
        "country": addresses.country_of(spot),
        "parent": addresses.parent_of(spot),
        "needs": access.public_needs(),
        "is_quiet": is_quiet,
        "helper": addresses.HELPER,
        "first_hours": addresses.first_hours_in(addresses.country_of(spot)),
        "urgent_hours": first_hours.urgent_hours(),
    }


def _redirect_to_place(
    request: HttpRequest, language: Language, country: str | None
) -> HttpResponse:
    """Redirect to the typed place; to a page that asks again if it is unknown or ambiguous."""
    form = forms.PlaceForm(request.POST)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    if spot := addresses.spot_named(typed, country, language.tag):
        address = reverse("findhelp:page", args=[language.tag, spot.code, ""])
    else:
        search = addresses.RefinedSearch(typed=typed or " ", country=country or "")
        address = addresses.sealed_address(language, search)
    return HttpResponseRedirect(address, status=303)
