"""Pages of the programme's site. They are public, set no cookie and are cached briefly."""

import mimetypes
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import Error
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_safe

from protect.content.enums import SearchKind
from protect.content.released import ReleasedSegment
from protect.content.search.entries import MAX_QUERY_LENGTH, find_keys
from protect.kernel import clock
from protect.orgs.languages import desk_language_of
from protect.programme import registers
from protect.programme.enums import ResourceKind
from protect.programme.pages import copies, page_texts, sitemap
from protect.programme.pages.films import FilmRow, film_rows
from protect.programme.pages.page_texts import SiteTexts
from protect.programme.pages.sitemap import Section
from protect.programme.registers import Resource
from protect.reference import formats
from protect.reference.lookup import store
from protect.reference.lookup.fold import fold
from protect.reference.lookup.place_names import place_name
from protect.trainings.editions import public_calendar
from protect.trainings.scheduling.models import Edition
from protect.ui.assets import CACHED_BRIEFLY
from protect.vault.sessions.gates import open_to_all

TRAININGS_ON_HOME, TRAININGS_ON_NEWS = 3, 20


class TrainingLine(NamedTuple):
    """A training of the public calendar. `language`: BCP 47 tag of the title."""

    title: str
    language: str
    day: str
    places: list[str]
    country: str
    url: str


def show(
    request: HttpRequest,
    texts: SiteTexts,
    template: str,
    context: Mapping[str, Any],
    *,
    section: Section | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a page in the frame of the site. `section`: the page of the menu to which it belongs;
    None for an error."""
    tag, copy = texts.language.tag, copies.copy_of(request)
    frame = {
        "language": texts.language,
        "words": texts.words,
        "home_url": _address(tag, sitemap.HOME),
        "menu": [row for row in _menu(texts, section) if row[3]],
        "foot": _menu(texts, section),
        "languages": [
            (each, _address(each.tag, section or sitemap.HOME))
            for each in page_texts.site_languages().values()
            if copy is None or each.tag in copy.tags
        ],
        "copy": copy,
        "as_of": copy.day_line(tag) if copy else "",
        "emblem": registers.emblem(),
        "is_demo": settings.IS_DEMO,
        "is_home": section == sitemap.HOME,
    }
    page = render(request, f"programme/{template}", {**frame, **context}, status=status)
    page.headers["Content-Language"] = tag
    return page


@open_to_all
@require_safe
def language_choice(request: HttpRequest) -> HttpResponse:
    """Redirect to the home page in the language of the browser; in a copy, which cannot know it,
    list the languages. Errors: Http404, before the first release."""
    offered = page_texts.site_languages()
    if not offered:
        raise Http404
    if copy := copies.copy_of(request):
        texts = page_texts.load_texts(copy.tags[0])
        return show(request, texts, "languages.html", {})
    wanted = [part.split(";")[0].strip().lower() for part in _accepted(request).split(",")]
    tags = (tag for each in wanted for tag in (each, each.partition("-")[0]) if tag in offered)
    return redirect("programme:home", next(tags, next(iter(offered))))


@open_to_all
@require_safe
def site_page(request: HttpRequest, tag: str, slug: str = "") -> HttpResponse:
    """Show a page of the site. Errors: Http404, also for a page that is not released."""
    texts = get_texts(tag)
    section = next((each for each in (sitemap.HOME, *sitemap.SECTIONS) if each.slug == slug), None)
    page = texts.page(section) if section else None
    if section is None or page is None:
        raise Http404
    template, more = TEMPLATES.get(section, ("text.html", _nothing))
    context = {
        "page": page,
        "parts": list(page_texts.parts_of(page)),
        "is_translated": not texts.has_fallback(page),
    }
    response = show(request, texts, template, {**context, **more(request, texts)}, section=section)
    if not request.GET:
        response.headers["Cache-Control"] = CACHED_BRIEFLY
    return response


@open_to_all
@require_safe
def emblem_file(request: HttpRequest) -> HttpResponse:
    """Return the emblem. Errors: Http404, if the deployment has none."""
    emblem = registers.emblem()
    if emblem is None:
        raise Http404
    content = registers.must_find_file("emblem", emblem.code, emblem.file).read_bytes()
    headers = {"Cache-Control": CACHED_BRIEFLY}
    return HttpResponse(content, content_type="image/svg+xml", headers=headers)


@open_to_all
@require_safe
def resource_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """Return the file of a resource for saving. Errors: Http404, if it has none."""
    rows = {row.code: row for row in registers.resources() if row.file}
    if code not in rows:
        raise Http404
    path = registers.must_find_file("resources", code, f"files/{rows[code].file}")
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=path.name, content_type=media_type
    )


@open_to_all
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nAllow: /\n", content_type="text/plain; charset=utf-8")


def get_texts(tag: str) -> SiteTexts:
    """Return the texts of the site in a language. Errors: Http404, if it is not offered."""
    if tag not in page_texts.site_languages():
        raise Http404
    return page_texts.load_texts(tag)


def ways_to_take_part(
    request: HttpRequest, texts: SiteTexts
) -> list[tuple[ReleasedSegment, ReleasedSegment, str]]:
    """Return heading, explanation and URL of each way to take part."""
    words, tag = texts.texts_of(sitemap.ACTION.code), texts.language.tag
    return [
        (
            words[row.code],
            words[f"{row.code}_text"],
            copies.running_url(request, _form_url(row, tag)),
        )
        for row in registers.ways_to_take_part()
        if row.code in words and f"{row.code}_text" in words
    ]


def consortium(request: HttpRequest, tag: str) -> list[tuple[str, list[registers.Partner]]]:
    """Return the codes of the countries by name in a language, with the partners of each."""
    countries = copies.countries_in(request)
    codes = sorted(countries, key=lambda code: formats.country_name(code, tag))
    rows = registers.partners()
    return [(code, [row for row in rows if row.country == code]) for code in codes]


def _form_url(row: registers.TakePart, tag: str) -> str:
    if row.path:
        return row.path.replace("{tag}", desk_language_of(tag))
    return reverse("programme:enquiry", args=[tag, row.code])


def _menu(
    texts: SiteTexts, current: Section | None
) -> list[tuple[ReleasedSegment, str, bool, bool]]:
    """Return title, URL, whether it is current and in the menu, of each page that is released."""
    pages = [(each, texts.page(each)) for each in sitemap.SECTIONS]
    return [
        (page.title, _address(texts.language.tag, each), each == current, each.is_in_menu)
        for each, page in pages
        if page
    ]


def _address(tag: str, section: Section) -> str:
    if section == sitemap.HOME:
        return reverse("programme:home", args=[tag])
    return reverse("programme:page", args=[tag, section.slug])


def _accepted(request: HttpRequest) -> str:
    return request.headers.get("Accept-Language", "") or get_language_from_request(request)


def _nothing(request: HttpRequest, texts: SiteTexts) -> dict[str, Any]:
    return {}


def _home(request: HttpRequest, texts: SiteTexts) -> dict[str, Any]:
    tag = texts.language.tag
    action, ways = texts.page(sitemap.ACTION), ways_to_take_part(request, texts)
    if copies.copy_of(request):  # its page says first that the forms are elsewhere
        address = _address(tag, sitemap.ACTION)
        ways = [(heading, text, f"{address}#{heading.key}") for heading, text, _url in ways]
    return {
        "texts": texts.texts_of(sitemap.HOME.code),
        "objectives_url": _address(tag, sitemap.OBJECTIVES),
        "partners_url": _address(tag, sitemap.PARTNERS),
        "news_url": _address(tag, sitemap.NEWS),
        "countries": consortium(request, tag),
        "trainings": list(_trainings(request, tag, TRAININGS_ON_HOME)),
        "action_title": action.title if action else None,
        "ways": ways,
    }


def _partners(request: HttpRequest, texts: SiteTexts) -> dict[str, Any]:
    return {"countries": consortium(request, texts.language.tag)}


def _contacts(request: HttpRequest, texts: SiteTexts) -> dict[str, Any]:
    rows = registers.contacts()
    countries = [code for code, _ in consortium(request, texts.language.tag)]
    by_country = [(code, [row for row in rows if row.country == code]) for code in countries]
    return {"countries": [(code, found) for code, found in by_country if found]}


def _news(request: HttpRequest, texts: SiteTexts) -> dict[str, Any]:
    tag = texts.language.tag
    calendar_url = reverse("open:edition_calendar", args=[desk_language_of(tag)])
    return {
        "trainings": list(_trainings(request, tag, TRAININGS_ON_NEWS)),
        "calendar_url": copies.running_url(request, calendar_url),
    }


def _action(request: HttpRequest, texts: SiteTexts) -> dict[str, Any]:
    return {
        "intro": texts.texts_of(sitemap.ACTION.code).get("intro"),
        "ways": ways_to_take_part(request, texts),
        "contacts": texts.page(sitemap.CONTACTS),
        "contacts_url": _address(texts.language.tag, sitemap.CONTACTS),
    }


def _resources(request: HttpRequest, texts: SiteTexts) -> dict[str, Any]:
    chosen = {name: request.GET.get(name, "") for name in ("q", "kind", "language", "country")}
    tag = texts.language.tag
    shown = {*copies.countries_in(request)}
    listed: list[FilmRow | Resource] = [*film_rows(tag), *registers.resources()]
    every = [row for row in listed if not row.countries or not shown.isdisjoint(row.countries)]
    found = _find_resources(chosen["q"])
    rows = [
        row
        for row in every
        if (found is None or row.code in found or _is_film_with(row, chosen["q"]))
        and chosen["kind"] in ("", row.kind)
        and chosen["language"] in ("", row.language)
        and (not chosen["country"] or not row.countries or chosen["country"] in row.countries)
    ]
    return {
        "rows": rows,
        "chosen": chosen,
        "kinds": [(kind.value, f"kind_{kind.value}") for kind in ResourceKind],
        "spoken": sorted(
            {row.language for row in every}, key=lambda code: formats.language_name(code, tag)
        ),
        "countries": [code for code, _ in consortium(request, tag)],
        "is_filtered": any(chosen.values()),
    }


def _is_film_with(row: FilmRow | Resource, typed: str) -> bool:
    """Return whether a row is a film whose title has all typed words. The index has no films."""
    return isinstance(row, FilmRow) and _has_words(row.title, typed)


def _has_words(title: str, typed: str) -> bool:
    return all(word in fold(title) for word in fold(typed[:MAX_QUERY_LENGTH]).split())


def _find_resources(typed: str) -> Container[str] | None:
    """Return the codes of the resources that have all typed words, None if none was typed. While
    the database is away, words of titles are compared instead."""
    try:
        return find_keys(SearchKind.RESOURCE, typed)
    except Error:
        return {row.code for row in registers.resources() if _has_words(row.title, typed)}


def _trainings(request: HttpRequest, tag: str, count: int) -> Iterator[TrainingLine]:
    """Yield the next trainings of the public calendar; none while the database is away."""
    coming = public_calendar.coming(clock.now())
    if copies.copy_of(request):
        coming = coming.filter(country__in=copies.countries_in(request))
    try:
        editions = list(public_calendar.with_relations(coming)[:count])
    except Error:
        return
    for edition in editions:
        version = edition.course_version
        day = formats.date_text(_first_day(edition), tag)
        sessions = edition.sessions.all()
        rows = (store.place_rows()[each.venue.place_id] for each in sessions if each.venue)
        places = dict.fromkeys(place_name(row, tag) for row in rows)
        url = reverse("open:edition", args=[desk_language_of(tag), edition.code])
        yield TrainingLine(
            version.title,
            version.language_id,
            day,
            [*places],
            edition.country_id,
            copies.running_url(request, url),
        )


def _first_day(edition: Edition) -> date:
    """Return the day on which an edition of `coming` begins or goes on, in its own time zone."""
    begins: datetime = edition.begins  # type: ignore[attr-defined]
    return begins.astimezone(ZoneInfo(edition.zone)).date()


type MoreContext = Callable[[HttpRequest, SiteTexts], dict[str, Any]]
TEMPLATES: dict[Section, tuple[str, MoreContext]] = {
    sitemap.HOME: ("home.html", _home),
    sitemap.PARTNERS: ("partners.html", _partners),
    sitemap.CONTACTS: ("contacts.html", _contacts),
    sitemap.NEWS: ("news.html", _news),
    sitemap.ACTION: ("action.html", _action),
    sitemap.RESOURCES: ("resources.html", _resources),
}
