"""Choosing a place: lists to tap, and a field to type in."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

from protect.content.drafts.page_files import INDEX
from protect.findhelp import access, addresses, forms, mirrors
from protect.findhelp.answers import cards, first_hours, interpreters
from protect.findhelp.enums import PageTitle, SpotKind
from protect.findhelp.views import rights
from protect.findhelp.views.frame import in_language, open_to_all, show
from protect.findhelp.views.services import service_page
from protect.kernel import clock
from protect.matching.questions import Match, Question, Wishes
from protect.reference import formats
from protect.reference.lookup.alphabets import group_by_letter, sort_key
from protect.reference.lookup.fold import fold
from protect.reference.lookup.place_names import LATIN
from protect.reference.vocabulary import Language, Need, countries


class StatedDetails(NamedTuple):
    """The details that a visitor stated for refined answers, and when their URL expires."""

    refined: addresses.RefinedSearch
    need: Need
    question: Question
    seconds: int  # until then


type NamedSpots = list[tuple[str, addresses.Spot]]

CARE_NEED = "doctor"  # code of the need with which a centre is searched
LONG_LIST = 24  # names; a longer list has headings
LIST_KINDS = {SpotKind.COUNTRY, SpotKind.AREA, SpotKind.INITIAL}  # shown as lists of places


@open_to_all()
def language_list_page(request: HttpRequest, tag: str = "", rest: str = "") -> HttpResponse:
    """List the languages; `rest` is the path, without language, to which each one leads, and `tag`
    the language of the page from which the reader comes. Those of its country come first; then
    Latin letters in one column, all other scripts in another."""
    first, *_ = offered = list(mirrors.offered_languages(request).values())
    reader = access.get_language(tag) if tag else first
    country = access.country_of_page(rest)
    official = countries()[country].languages if country else ()
    by_name = sorted(offered, key=lambda language: sort_key(language.endonym, first.tag))
    latin = [
        language
        for language in by_name
        if language.script == LATIN and language.tag not in official
    ]
    likely = [language for language in by_name if language.tag in official]
    others = [
        language
        for language in by_name
        if language.script != LATIN and language.tag not in official
    ]
    context = {
        "reader": reader,
        "likely": _with_names(likely, reader),
        "columns": [_with_names(column, reader) for column in (latin, others) if column],
        "country": country,
        "rest": f"/{rest}" if rest else "",
    }
    is_known = not rest  # the rest of the path is not checked: it may not exist
    return show(
        request, first, "language_list.html", context, title=PageTitle.START, may_cache=is_known
    )


def _with_names(listed: list[Language], reader: Language) -> list[tuple[Language, str]]:
    """Return languages, each with its name in the reader's language; "" if the language's own name
    is the same or is in Latin letters, which helpers can read."""
    names = ((language, formats.language_name(language.tag, reader.tag)) for language in listed)
    return [
        (language, "" if language.script == LATIN or fold(name) == fold(language.endonym) else name)
        for language, name in names
    ]


@open_to_all()
def robots_txt(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nAllow: /\n", content_type="text/plain")


@in_language("POST")
def country_list_page(
    request: HttpRequest, language: Language, quiet: str | None = None
) -> HttpResponse:
    if request.method == "POST":
        return _redirect_to_place(request, language, None, is_quiet=bool(quiet))
    context = countries_context(request, language, is_quiet=bool(quiet))
    return show(request, language, "country_list.html", context, title=PageTitle.LIST)


def countries_context(
    request: HttpRequest, language: Language, *, is_quiet: bool = False
) -> dict[str, object]:
    """Return what the template `_countries.html` needs: countries in the order of the reader."""
    mirror = mirrors.mirror_of(request)
    codes = countries() if mirror is None else mirror.countries
    names = {code: formats.country_name(code, language.tag) for code in codes}
    by_name = sorted(names.items(), key=lambda pair: sort_key(pair[1], language.tag))
    return {
        "countries": [(name, addresses.country_spot(code)) for code, name in by_name],
        "form": forms.PlaceForm(),
        "anywhere": addresses.ANYWHERE,
        "is_quiet": is_quiet,
    }


@in_language("POST")
def page_by_code(
    request: HttpRequest, language: Language, code: str, quiet: str | None = None
) -> HttpResponse:
    """Show what a six-letter code stands for: a list, a place, a service, tips or helper page."""
    target = access.get_page(code)
    if isinstance(target, addresses.Spot) and target.kind in LIST_KINDS:
        return _show_area_list(request, language, target, is_quiet=bool(quiet))
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if not isinstance(target, addresses.Spot):
        return service_page(request, language, target, is_quiet=bool(quiet))
    if target.kind in addresses.PLACE_KINDS:
        context = needs_context(language, target, is_quiet=bool(quiet))
        return show(request, language, "needs.html", context, title=PageTitle.LIST)
    if target.kind is SpotKind.HELPER:
        return helper_page(request, language, addresses.ANYWHERE, is_quiet=bool(quiet))
    if target.kind in access.COUNTRY_PAGES:
        country = addresses.country_of(target)
        whole = addresses.anywhere_in(country) if country else addresses.ANYWHERE
        return country_page(request, language, target, whole, is_quiet=bool(quiet))
    reader = _reader(language, None, addresses.ANYWHERE, is_quiet=bool(quiet))
    return rights.urgent_page(request, "tips", reader, {"is_quiet": bool(quiet), "names": ()})


@in_language()
def page_for_place(
    request: HttpRequest, language: Language, place: str, code: str, quiet: str | None = None
) -> HttpResponse:
    """Show a page about the country of a place, with links that lead back to the place."""
    spot = access.get_place(place)
    page = access.get_country_page(code, spot)
    return country_page(request, language, page, spot, is_quiet=bool(quiet))


def _show_area_list(
    request: HttpRequest, language: Language, spot: addresses.Spot, *, is_quiet: bool
) -> HttpResponse:
    """Show the page of a list of places; a POST redirects to the place that was typed."""
    country, whole = addresses.country_of(spot), addresses.anywhere_in(spot.key, spot.name)
    if request.method == "POST":
        return _redirect_to_place(request, language, country, is_quiet=is_quiet)
    children = list_children(spot, language)
    if mirror := mirrors.mirror_of(request):
        children = [named for named in children if mirror.has_spot(named[1])]
    is_by_letter = children[0][1].kind is SpotKind.INITIAL
    has_headings = len(children) > LONG_LIST and not is_by_letter
    context = {
        "spot": spot,
        "name": addresses.spot_name(spot, language.tag),
        "country": country,
        "parent": addresses.parent_of(spot),
        "whole": whole if spot.kind is not SpotKind.INITIAL else None,
        "initial": spot.name if spot.kind is SpotKind.INITIAL else "",
        "groups": group_by_letter(children, language.tag) if has_headings else [("", children)],
        "is_by_letter": is_by_letter,
        "is_quiet": is_quiet,
        "form": forms.PlaceForm(),
    }
    return show(request, language, "area_list.html", context, title=PageTitle.LIST)


def list_children(spot: addresses.Spot, language: Language) -> NamedSpots:
    """Return the names and spots of the list of a place, in the order that readers expect."""
    children = [(_name_in_list(child, language), child) for child in addresses.child_spots(spot)]
    return sorted(children, key=lambda named: sort_key(named[0], language.tag))


def _name_in_list(child: addresses.Spot, language: Language) -> str:
    """Return the name of a place or an area, or the letter of a list by letters."""
    is_letter = child.kind is SpotKind.INITIAL
    return child.name if is_letter else addresses.spot_name(child, language.tag) or child.name


def helper_page(
    request: HttpRequest, language: Language, spot: addresses.Spot, *, is_quiet: bool = False
) -> HttpResponse:
    """Show advice for a person who helps someone, and the needs to choose from."""
    context = needs_context(language, spot, is_quiet=is_quiet)
    centre = _find_centre(request, spot)
    context |= {"rights": access.RIGHTS_BY_NEED["helping"]}
    context |= {**_centre_context(language, centre, is_quiet=is_quiet)}
    context |= rights.booklet_context(request, language, spot)
    until = centre.valid_until if centre else None
    reader = _reader(language, addresses.country_of(spot), spot, is_quiet=is_quiet)
    return rights.urgent_page(request, "helper", reader, context, until=until)


def country_page(
    request: HttpRequest,
    language: Language,
    page: addresses.Spot,
    place: addresses.Spot,
    *,
    is_quiet: bool = False,
    stated: StatedDetails | None = None,
) -> HttpResponse:
    """Show what matters in the first hours, what the police of a country may ask and must report,
    or a page about rights, with needs that lead to answers for `place`. `stated`: what the visitor
    stated, which stays sealed in the URLs, expires as before and is in no cache."""
    country = addresses.country_of(page)
    is_quiet = stated.question.wishes.cannot_speak if stated else is_quiet
    context = _country_page_context(request, language, page, place, stated)
    context |= {"is_quiet": is_quiet}
    on_mirror = mirrors.mirror_of(request) is not None
    reader = _reader(language, country, place, stated, is_quiet=is_quiet, on_mirror=on_mirror)
    if page.kind is SpotKind.RIGHTS:
        return rights.rights_page(request, page, reader, context, may_cache=not stated)
    if page.kind is SpotKind.POLICE:
        return rights.urgent_page(request, "police", reader, context, may_cache=not stated)
    centre = _find_centre(request, place, stated)
    of_centre = _centre_context(language, centre, is_quiet=is_quiet)
    context |= {**_first_hours_context(language, place, stated), **of_centre}
    readers = first_hours.readers_of(_urgency_of(stated), of_centre)
    until = centre.valid_until if centre else None
    return rights.urgent_page(
        request,
        first_hours.PAGE,
        reader,
        context,
        readers=readers,
        until=until,
        may_cache=not stated,
    )


def _reader(
    language: Language,
    country: str | None,
    place: addresses.Spot,
    stated: StatedDetails | None = None,
    *,
    is_quiet: bool,
    on_mirror: bool = False,
) -> rights.Reader:
    """Return the reader of a page whose needs lead to answers for `place`."""
    asked = _question_at(language, place, stated, is_quiet=is_quiet, on_mirror=on_mirror)
    url_of = partial(_answers_url, language, place, stated, is_quiet=is_quiet)
    return rights.Reader(language, country, clock.now().date(), asked, url_of)


def _urgency_of(stated: StatedDetails | None) -> first_hours.Urgency:
    return first_hours.urgency_of(stated.question if stated else None)


def _country_page_context(
    request: HttpRequest,
    language: Language,
    page: addresses.Spot,
    place: addresses.Spot,
    stated: StatedDetails | None,
) -> dict[str, object]:
    """Return what every page about a country needs; from refined answers, the way back to them."""
    context: dict[str, object] = {
        "country": addresses.country_of(page),
        "names": addresses.names_with_country(place, language.tag),
        "spot": place,
    }
    if stated:
        back = request.path.rpartition("/")[0]
        context |= {"back_at": back, "refined_at": back, "back_need": stated.need}
        codes = [language.tag, place.code, "/q", page.code]
        context["quiet_at"] = reverse("findhelp:page_for_place", args=codes)
    return context


def _first_hours_context(
    language: Language, place: addresses.Spot, stated: StatedDetails | None
) -> dict[str, object]:
    """Return what the page “If it just happened” needs beside what it shares with the other one."""
    where, spoken = addresses.location_of(place), stated.question.languages if stated else ()
    return {
        "rights": access.RIGHTS_AFTER_VIOLENCE,
        "interpreter": interpreters.request_at(where, spoken or (language.tag,), language.tag),
    }


def _question_at(
    language: Language,
    place: addresses.Spot,
    stated: StatedDetails | None,
    *,
    is_quiet: bool,
    on_mirror: bool,
) -> Question:
    """Return what a visitor asks at a place, without a need."""
    if stated:
        return replace(stated.question, needs=())
    where, wishes = addresses.location_of(place), Wishes(cannot_speak=is_quiet)
    tags = (language.tag,)
    return Question((), clock.now(), where, tags, wishes=wishes, at_any_hour=on_mirror)


class Centre(NamedTuple):
    """The nearest centre for care after sexual violence, and the question that it answers."""

    question: Question
    match: Match | None  # None: none is near

    @property
    def valid_until(self) -> datetime | None:
        """Return when its opening state or freshness changes next; None: not by itself."""
        return self.match.valid_until if self.match else None


def _find_centre(
    request: HttpRequest, place: addresses.Spot, stated: StatedDetails | None = None
) -> Centre | None:
    """Return the nearest centre to a place; None while the directory cannot be read."""
    where, on_mirror = addresses.location_of(place), mirrors.mirror_of(request) is not None
    question = Question((CARE_NEED,), clock.now(), where, at_any_hour=on_mirror)
    if stated:
        question = replace(stated.question, needs=question.needs)
    try:
        return Centre(question, first_hours.nearest_centre(question))
    except Error:  # the page is right without it
        return None


def _centre_context(
    language: Language, centre: Centre | None, *, is_quiet: bool
) -> dict[str, object]:
    """Return the nearest centre as a card, or that none is known. For a visitor who cannot speak,
    the card has no numbers."""
    if centre is None:
        return {}
    question, match = centre
    card = cards.card_for(match, question, language.tag) if match else None
    if card and is_quiet:
        card = card._replace(numbers=())
    return {"centre": card, **first_hours.centre_context(question, match, language.tag)}


def _answers_url(
    language: Language,
    place: addresses.Spot,
    stated: StatedDetails | None,
    need: Need,
    *,
    is_quiet: bool,
) -> str:
    """Return the URL of answers to another need; `stated`: keep these details."""
    if stated is None:
        codes = [language.tag, place.code, need.short, "/q" if is_quiet else ""]
        return reverse("findhelp:results", args=codes)
    search = replace(stated.refined, need=need.short, more=0)
    return addresses.sealed_address(language, search, seconds=stated.seconds)


def needs_context(
    language: Language, spot: addresses.Spot, *, is_quiet: bool = False
) -> dict[str, object]:
    country = addresses.country_of(spot)
    return {
        "spot": spot,
        "names": addresses.names_with_country(spot, language.tag),
        "country": country,
        "parent": addresses.parent_of(spot),
        "needs": access.public_needs(),
        "rights": (INDEX,),
        "is_quiet": is_quiet,
        "helper": addresses.HELPER,
        "first_hours": addresses.first_hours_in(country),
        **first_hours.urgent_context(country, clock.now().date()),
    }


def _redirect_to_place(
    request: HttpRequest, language: Language, country: str | None, *, is_quiet: bool
) -> HttpResponse:
    """Redirect to the typed place; to a page that asks again if it is unknown or ambiguous."""
    form = forms.PlaceForm(request.POST)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    if spot := addresses.spot_named(typed, country, language.tag):
        address = reverse("findhelp:page", args=[language.tag, spot.code, "/q" * is_quiet])
    else:
        search = addresses.RefinedSearch(
            typed=typed or " ", country=country or "", fields={"quiet": is_quiet}
        )
        address = addresses.sealed_address(language, search)
    return HttpResponseRedirect(address, status=303)
