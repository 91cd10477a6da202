from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory import access as directory
from protect.directory.access import MAINTAINER_PERMISSIONS, require_permission_anywhere
from protect.directory.desk import POSTERS, directory_tabs
from protect.findhelp import access, addresses
from protect.findhelp.paper.content import book_pdf, pathway_png
from protect.findhelp.posters import forms, offline, papers
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.reference import formats
from protect.reference.wording import NEED_NAMES, display_name
from protect.ui import pages
from protect.ui.archives import zip_files

MEDIA_TYPES = {  # by the end of a file's name
    "pdf": "application/pdf",
    "zip": "application/zip",
    "html": "text/html; charset=utf-8",
}


@require_safe
def choose_poster_page(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    countries = require_permission_anywhere(scope, *MAINTAINER_PERMISSIONS)
    form = forms.PlaceForm(request.GET if "need" in request.GET else None, countries=countries)
    spots = []
    if form.is_valid():
        data = form.cleaned_data
        spots = papers.matching_spots(data["place"], data["country"])
        if len(spots) == 1:
            return redirect("findhelp:desk_poster", spots[0].code, data["need"])
        if not spots:
            # Translators: a coordinator typed the name of a place that is not in our list.
            unknown = _(
                "No town or region there has that name. Write it as it is written locally, "
                "or leave it empty for the whole country."
            )
            form.add_error("place", unknown)
    context = {
        "tabs": directory_tabs(scope, POSTERS),
        "spots": [(spot, papers.whereabouts(spot)) for spot in spots],
        "need": form.cleaned_data.get("need", "") if form.is_bound else "",
    }
    return pages.render_form_page(request, "findhelp/desk_posters.html", form, context)


@require_http_methods(["GET", "POST"])
def print_poster_page(request: HttpRequest, place: str, need: str) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    search = _get_search(scope, place, need)
    country = addresses.country_of(search.spot) or ""
    suggested_tags = papers.suggested_languages(search.spot)
    post_data = request.POST if request.method == "POST" else None  # an empty POST is bound too
    form = forms.LanguagesForm(post_data, initial={"languages": suggested_tags})
    if form.is_valid():
        data = form.cleaned_data
        files = [*papers.poster_files(search, data["languages"], at, with_cards=data["cards"])]
        codes = (search.spot.code, search.need.short)
        papers.record_printing(scope, papers.POSTER_ACTION, country, *codes, at=at)
        return _download_response(files)
    tag = request.GET.get("language", "")
    tag = tag if tag in papers.printable_languages() else suggested_tags[0]
    answers = papers.poster_answers(search, tag, at)
    context = {
        "search": search,
        "place_name": addresses.spot_name(search.spot, get_language() or "en"),
        "need_name": display_name(NEED_NAMES, search.need),
        "steps": papers.poster_services(search, answers, get_language() or "en", at),
        "tag": tag,
        "languages": forms.languages_by_name(),
        "last": papers.last_printed_at(scope, country, search.spot.code, search.need.short),
    }
    return pages.render_form_page(request, "findhelp/desk_poster.html", form, context)


@require_safe
def poster_preview_png(request: HttpRequest, place: str, need: str, tag: str) -> HttpResponse:
    search = _get_search(scope_of(request), place, need)
    if tag not in papers.printable_languages():
        raise Http404
    at = clock.now()
    sheet = papers.build_poster(search, papers.poster_answers(search, tag, at), tag, at)
    return HttpResponse(pathway_png(sheet), content_type="image/png")


@require_http_methods(["GET", "POST"])
def print_directory_page(request: HttpRequest) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    countries = require_permission_anywhere(scope, *MAINTAINER_PERMISSIONS)
    initial = {"language": get_language()}
    post_data = request.POST if request.method == "POST" else None
    form = forms.DirectoryForm(post_data, countries=countries, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        with form.showing_refusals():
            spot = papers.area_named(data["area"])
            country = addresses.country_of(spot) or ""
            directory.require_maintainer(scope, country)  # first, as printing takes a minute
            book = papers.build_directory(spot, data["language"], at, members=data["members"])
            content = book_pdf(book)
            codes = (data["area"], data["language"])
            papers.record_printing(scope, papers.DIRECTORY_ACTION, country, *codes, at=at)
            return _download_response([("info.pdf", content)])
    context = {"tabs": directory_tabs(scope, POSTERS)}
    return pages.render_form_page(request, "findhelp/desk_printable.html", form, context)


@require_http_methods(["GET", "POST"])
def offline_page(request: HttpRequest) -> HttpResponse:
    """Show what a booklet and an offline file of an area would have; POST downloads one of them."""
    scope, at = scope_of(request), clock.now()
    countries = require_permission_anywhere(scope, *MAINTAINER_PERMISSIONS)
    query_data = request.GET if "area" in request.GET else None
    data = request.POST if request.method == "POST" else query_data
    form = forms.AreaForm(data, countries=countries, initial={"language": get_language()})
    context: dict[str, object] = {"tabs": directory_tabs(scope, POSTERS)}
    if form.is_valid():
        area, tag = form.cleaned_data["area"], form.cleaned_data["language"]
        spot = papers.area_named(area)
        country = addresses.country_of(spot) or ""
        directory.require_maintainer(scope, country)
        with form.showing_refusals():
            if request.method == "POST":
                kind = request.POST.get("kind", "")
                name, content = offline.download(spot, tag, at, kind)
                action = offline.FILE_ACTION if kind == "html" else offline.BOOKLET_ACTION
                papers.record_printing(scope, action, country, area, tag, at=at)
                return _download_response([(name, content)])
            context |= _edition_context(offline.build_edition(spot, tag, at), spot, tag)
    return pages.render_form_page(request, "findhelp/desk_offline.html", form, context)


def _edition_context(edition: offline.Edition, spot: addresses.Spot, tag: str) -> dict[str, object]:
    reader = get_language() or "en"
    instead = (formats.language_name(other, reader) for other in edition.other_languages)
    return {
        "edition": edition,
        "area_name": addresses.spot_name(spot, reader),
        "language_name": formats.language_name(tag, reader),
        "instead": ", ".join(instead),
    }


def _get_search(scope: Scope, place: str, need: str) -> access.Search:
    """Return the search of a poster in a country that the user maintains. Errors: Http404."""
    search = access.get_search(place, need)
    countries = directory.maintained_countries(scope)
    if addresses.country_of(search.spot) not in countries or not search.need.categories:
        raise Http404
    return search


def _download_response(files: list[tuple[str, bytes]]) -> HttpResponse:
    name, content = files[0] if len(files) == 1 else ("info.zip", zip_files(files))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    kind = MEDIA_TYPES[name.rpartition(".")[2]]
    return HttpResponse(content, content_type=kind, headers=headers)
