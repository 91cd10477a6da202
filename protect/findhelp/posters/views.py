"""Posters and printed directories, made at the desk by maintainers of a country's directory."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory.access import KEEPING, kept_by, must_keep, must_somewhere
from protect.directory.desk import POSTERS, tabs_of
from protect.findhelp import access, addresses
from protect.findhelp.paper.content import book_pdf, pathway_picture
from protect.findhelp.paper.leaflets import MOST_LINES
from protect.findhelp.posters import forms, papers
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.reference.wording import NEED_NAMES, name_of
from protect.ui import pages

PDF, ZIP = "application/pdf", "application/zip"


@require_safe
def desk_posters(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    countries = must_somewhere(scope, *KEEPING)
    form = forms.PlaceForm(request.GET if "need" in request.GET else None, countries=countries)
    spots = []
    if form.is_valid():
        data = form.cleaned_data
        spots = papers.candidates(data["place"], data["country"])
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
        "tabs": tabs_of(scope, POSTERS),
        "spots": [(spot, papers.whereabouts(spot)) for spot in spots],
        "need": form.cleaned_data.get("need", "") if form.is_bound else "",
    }
    return pages.show(request, "findhelp/desk_posters.html", form, context)


@require_http_methods(["GET", "POST"])
def desk_poster(request: HttpRequest, place: str, need: str) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    search = _get_search(scope, place, need)
    country = addresses.country_of(search.spot) or ""
    chosen = papers.suggested(search.spot)
    sent = request.POST if request.method == "POST" else None  # also where no box was ticked
    form = forms.LanguagesForm(sent, initial={"languages": chosen})
    if form.is_valid():
        data = form.cleaned_data
        files = [*papers.posters(search, data["languages"], at, with_cards=data["cards"])]
        of = (search.spot.code, search.need.short)
        papers.note_papers(scope, papers.POSTER, country, *of, at=at)
        return _sent(files)
    tag = request.GET.get("language", "")
    tag = tag if tag in papers.printable() else chosen[0]
    answers = papers.answers_of(search, tag, at)
    context = {
        "search": search,
        "place_name": addresses.name_in(search.spot, get_language() or "en"),
        "need_name": name_of(NEED_NAMES, search.need),
        "steps": papers.steps_of(answers, get_language() or "en", at, MOST_LINES),
        "tag": tag,
        "languages": forms.languages_by_name(),
        "last": papers.last_papers(scope, country, search.spot.code, search.need.short),
    }
    return pages.show(request, "findhelp/desk_poster.html", form, context)


@require_safe
def desk_poster_picture(request: HttpRequest, place: str, need: str, tag: str) -> HttpResponse:
    search = _get_search(scope_of(request), place, need)
    if tag not in papers.printable():
        raise Http404
    at = clock.now()
    sheet = papers.poster(search, papers.answers_of(search, tag, at), tag, at)
    return HttpResponse(pathway_picture(sheet), content_type="image/png")


@require_http_methods(["GET", "POST"])
def desk_printable(request: HttpRequest) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    countries = must_somewhere(scope, *KEEPING)
    initial = {"language": get_language()}
    sent = request.POST if request.method == "POST" else None
    form = forms.DirectoryForm(sent, countries=countries, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        with form.mending():
            spot = papers.area_named(data["area"])
            country = addresses.country_of(spot) or ""
            must_keep(scope, country)  # before a minute's work for nothing
            book = papers.directory_of(spot, data["language"], at, for_members=data["members"])
            content = book_pdf(book)
            of = (data["area"], data["language"])
            papers.note_papers(scope, papers.DIRECTORY, country, *of, at=at)
            return _sent([("info.pdf", content)])
    context = {"tabs": tabs_of(scope, POSTERS)}
    return pages.show(request, "findhelp/desk_printable.html", form, context)


def _get_search(scope: Scope, place: str, need: str) -> access.Search:
    """Return a place and a need of a country that the user maintains. Errors: Http404."""
    search = access.get_search(place, need)
    if addresses.country_of(search.spot) not in kept_by(scope) or not search.need.categories:
        raise Http404
    return search


def _sent(files: list[tuple[str, bytes]]) -> HttpResponse:
    name, content = files[0] if len(files) == 1 else ("info.zip", papers.zipped(files))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    kind = PDF if name.endswith(".pdf") else ZIP
    return HttpResponse(content, content_type=kind, headers=headers)
