from collections.abc import Iterable, Iterator
from datetime import date
from math import cos, radians
from operator import attrgetter
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_POST, require_safe

from protect.directory import access, desk
from protect.kernel import clock
from protect.kernel.ids import short_code
from protect.matching.coverage import forms, store, wording
from protect.matching.coverage.atlas import atlas, distances, settlements
from protect.matching.coverage.atlas.slices import Gap, Slice, SliceKey, SliceLine, group_languages
from protect.matching.engine.columns.bits import Flags, Ints
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.reference import populations, vocabulary
from protect.reference.lookup import store as lookup
from protect.ui import spreadsheet
from protect.ui.dots import DotClass, DotMap, dot_class
from protect.ui.pagination import Paginator

LINES_PER_PAGE = 50  # lines of the report on one page
PAGE_SECONDS, SAVE_SECONDS = 1.5, 10.0  # to compute: for a page; to save or for CSV
WORST_SHOWN = 50  # settlements in the list of the worst-off
CREDIT_CONTEXT = {"credit": wording.CREDIT, "taken": wording.DATA_DATE}  # shown on pages
CREDIT_TEXT = f"{wording.CREDIT}, {wording.DATA_DATE.isoformat()}"  # written into files
ORIGIN_COLUMNS = ("at", "directory_version", "settlements_from")  # when and from which data
SETTLEMENT_COLUMNS = (
    *("geonames_id", "settlement", "region", "area", "country"),
    "inhabitants",  # empty: not known, counted in a larger settlement, or not shown
    "class",
    "metres_to_fitting",  # 0: no travel; empty: there is none
    "metres_to_ask_first",
    *("across_water", "reach_metres", "need"),
    "language",  # empty: any
    "person",
    *ORIGIN_COLUMNS,
)
GAP_COLUMNS = (
    *("country", "need", "language", "person", *distances.Figures._fields),
    *("gap_share", "ask_share"),  # of the settlements, from 0 to 1
    *ORIGIN_COLUMNS,
)
SHARE_DIGITS = 4  # decimals of a share in a file

MAP_WIDTH, MAP_MAX_HEIGHT = 640, 720  # largest size of the map, in units of the drawing
MAP_MARGIN = 12  # units of the drawing
MARK_SHAPES = {Gap.FITS: "round", Gap.ASK: "square", Gap.BEYOND: "triangle", Gap.NOTHING: "cross"}
MARK_SIZES = ((4000, 2), (800, 3), (0, 4))  # (more settlements than this, half the width of a mark)


def _build_filter[F: forms.CoverageFilter](request: HttpRequest, kind: type[F]) -> F:
    return kind(request.GET, access.home_country(scope_of(request)))


@require_safe
def coverage_page(request: HttpRequest) -> HttpResponse:
    """Show staff one slice of the atlas: a map, numbers by region, the worst-off settlements."""
    form = _build_filter(request, forms.SliceFilter)
    coverage_slice = atlas.slice_of(form.slice_key())
    country = coverage_slice.key.country
    *by_region, whole = count_by_region(coverage_slice)
    named = sorted((lookup.areas()[line.area].name, line) for line in by_region)
    title, summary = wording.slice_title(coverage_slice), wording.slice_summary(coverage_slice)
    worst = worst_settlements(coverage_slice, WORST_SHOWN)
    context = {
        "filter": form,
        "coverage_slice": coverage_slice,
        "title": title,
        "summary": summary,
        "drawing": draw_map(coverage_slice, title, summary),
        "lines": [*named, ("", whole)],
        "is_unconfirmed": whole.across > 0 and not settlements.has_confirmed_islands(country),
        "rows": [_settlement_row(coverage_slice, settlement) for settlement in worst],
        "csv": f"{reverse('matching:coverage_csv')}?{urlencode(form.chosen_values)}",
        "gaps": _gaps_url(country),
        **_people_context(coverage_slice.settlements),
        **CREDIT_CONTEXT,
    }
    return desk.show_tab(request, "matching/coverage.html", desk.COVERAGE, None, context)


@require_safe
def coverage_csv(request: HttpRequest) -> HttpResponse:
    """Download the settlements of one slice as CSV, on the desk."""
    coverage_slice = atlas.slice_of(_build_filter(request, forms.SliceFilter).slice_key())
    key, day = coverage_slice.key, coverage_slice.at.date()
    name, records = f"coverage-{key.country}-{key.need}-{day}", _csv_records(coverage_slice)
    return _csv_response(name, SETTLEMENT_COLUMNS, records)


@require_safe
def gaps_page(request: HttpRequest) -> HttpResponse:
    """Show staff the slices of a country in which help is missing or uncertain, worst first."""
    form = _build_filter(request, forms.GapFilter)
    country = form.chosen_values["country"]
    report = atlas.report(country, PAGE_SECONDS)
    lines = [line for line in report.lines if _matches_filter(line, form.chosen_values)]
    lines_shown = group_languages(_sort_worst_first(lines))
    engine, hour = atlas.engine_and_hour()
    may_save = access.has_permission_in(scope_of(request), Permission.RELEASE_DIRECTORY, country)
    context = {
        "filter": form,
        "country": country,
        "report": report,
        "page": Paginator(lines_shown, LINES_PER_PAGE).get_page(request.GET.get("page")),
        "at": hour,
        "version": engine.version,
        "again": request.get_full_path(),
        "may_save": may_save and report.is_whole,
        "has_days": len(store.stored_days(country)) > 1,
        **_people_context(settlements.settlements_of(country)),
        **CREDIT_CONTEXT,
    }
    return desk.show_tab(request, "matching/coverage_gaps.html", desk.COVERAGE, None, context)


@require_safe
def gaps_csv(request: HttpRequest) -> HttpResponse:
    """Download the figures of a country's slices as CSV, on the desk, with or without gaps."""
    chosen = _build_filter(request, forms.GapFilter).chosen_values
    country = chosen["country"]
    report, (engine, hour) = atlas.report(country, SAVE_SECONDS), atlas.engine_and_hour()
    if not report.is_whole:
        return _redirect_with_warning(request, country)
    about = (hour.isoformat(), engine.version, CREDIT_TEXT)
    records = [
        (country, line.need, line.language, line.person, *line.figures, *_shares(line), *about)
        for line in _sort_worst_first(report.lines, with_all=True)
        if _matches_filter(line, chosen)
    ]
    return _csv_response(f"gaps-{country}-{hour.date()}", GAP_COLUMNS, records)


@require_safe
def changes_page(request: HttpRequest) -> HttpResponse:
    """Show staff how the stored figures of a country differ between two days."""
    form = _build_filter(request, forms.DaysFilter)
    country = form.data["country"]
    if country not in vocabulary.countries():
        raise Http404
    days = store.stored_days(country)
    context = {"filter": form, "country": country, "page": None, "compared": 0}
    if len(days) > 1:
        form.offer_days(days)
        chosen = form.chosen_values
        before, after = (date.fromisoformat(chosen[name]) for name in ("before", "after"))
        changes, compared = store.compare_days(country, before, after)
        context |= {
            "page": Paginator(changes, LINES_PER_PAGE).get_page(request.GET.get("page")),
            "compared": compared,
            "shows_people": all(row.after.gap_people is not None for row in changes),
            "before": before,
            "after": after,
        }
    return desk.show_tab(request, "matching/coverage_changes.html", desk.COVERAGE, None, context)


@require_POST
def save_figures(request: HttpRequest, country: str) -> HttpResponse:
    """Store today's coverage figures of a country, to compare later figures with them."""
    if country not in vocabulary.countries():
        raise Http404
    scope, at = scope_of(request), clock.now()
    access.require_permission(scope, Permission.RELEASE_DIRECTORY, country)
    if not atlas.report(country, SAVE_SECONDS).is_whole:
        return _redirect_with_warning(request, country)
    store.store_figures(scope, country, at=at)
    # Translators: after a button: the numbers of today can be compared with later ones.
    text = _("Today's figures are saved. You can compare later figures with them.")
    messages.success(request, text)
    return redirect(_gaps_url(country))


def _redirect_with_warning(request: HttpRequest, country: str) -> HttpResponse:
    """Go to the report of gaps and warn that its figures are not ready yet."""
    # Translators: after a button; working the numbers out takes longer than a page may.
    text = _("The figures are not ready yet, so nothing was saved. Try again in a minute.")
    messages.warning(request, text)
    return redirect(_gaps_url(country))


def _gaps_url(country: str) -> str:
    return f"{reverse('matching:coverage_gaps')}?{urlencode({'country': country})}"


def _csv_response(
    name: str, columns: Iterable[str], records: Iterable[Iterable[object]]
) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers=headers)
    spreadsheet.TableWriter(response).writerows([columns, *records])
    return response


def _sort_worst_first(lines: list[SliceLine], *, with_all: bool = False) -> list[SliceLine]:
    """Sort lines, most people without help first. Drop fully served ones unless `with_all`."""
    if not with_all:
        lines = [line for line in lines if line.figures.gaps or line.figures.asks]
    harm = attrgetter("gap_people", "gaps", "ask_people", "asks")
    return sorted(lines, key=lambda line: [-(figure or 0) for figure in harm(line.figures)])


def _shares(line: SliceLine) -> tuple[float, float]:
    figures = line.figures
    return round(figures.gap_share, SHARE_DIGITS), round(figures.ask_share, SHARE_DIGITS)


def _people_context(of_country: settlements.Settlements) -> dict[str, object]:
    """Return what a page says of the numbers of people in a country."""
    is_unknown = [not place.population for place in of_country.places]
    return {
        "settlements": of_country,
        "official": populations.official_populations()[of_country.country],
        "unknown": sum(is_unknown) if of_country.shows_people else 0,
    }


def _matches_filter(line: SliceLine, chosen: dict[str, str]) -> bool:
    wanted = {name: chosen[name] for name in ("need", "language", "person") if chosen[name]}
    if wanted.get("language") == forms.ANY_LANGUAGE_VALUE:
        wanted["language"] = ""
    return all(getattr(line, name) == value for name, value in wanted.items())


def _csv_records(coverage_slice: Slice) -> Iterator[list[object]]:
    """Yield a CSV record for each settlement, ordered by id."""
    slice_key, areas, settlements = coverage_slice.key, lookup.areas(), coverage_slice.settlements
    ways = coverage_slice.fits_metres, coverage_slice.asks_metres
    for settlement in sorted(range(len(settlements)), key=lambda at: settlements.places[at].id):
        place = settlements.places[settlement]
        chain = settlements.chains[settlements.area[settlement]]
        yield [
            *(place.id, place.name, areas[chain[-1]].name, chain[0], slice_key.country),
            settlements.population[settlement] or "" if settlements.shows_people else "",
            Gap(coverage_slice.gaps[settlement]).name.lower(),
            *("" if way[settlement] < 0 else int(way[settlement]) for way in ways),
            "yes" if coverage_slice.is_across[settlement] else "no",
            coverage_slice.reach_m,
            *(slice_key.need, slice_key.language, slice_key.person),
            *(coverage_slice.at.isoformat(), coverage_slice.version),
            CREDIT_TEXT,
        ]


def _settlement_row(coverage_slice: Slice, settlement: int) -> dict[str, object]:
    """Return a settlement for the list of the worst-off settlements."""
    place, gap = coverage_slice.settlements.places[settlement], Gap(coverage_slice.gaps[settlement])
    return {
        "name": place.name,
        "area": lookup.areas()[place.area].name,
        "people": place.population,  # 0 = not known; shown only if those of the country are
        "gap": gap,
        "word": wording.GAP_NAMES[gap],
        "metres": int(coverage_slice.metres[settlement]),
        "is_across": bool(coverage_slice.is_across[settlement]),
        "url": public_answers_url(coverage_slice.key, place.id),
    }


def public_answers_url(slice_key: SliceKey, place_id: int) -> str:
    """Return the public URL of the answers in a settlement; "" if there is no such page."""
    short = vocabulary.needs()[slice_key.need].short
    if not short or not settings.PUBLIC_URL:
        return ""
    offered = vocabulary.published_languages("demo" if settings.IS_DEMO else "live")
    tags = (slice_key.language, get_language() or "", *offered)
    tag = next((offered_tag for offered_tag in tags if offered_tag in offered), "")
    if not tag:
        return ""
    url_parts = [tag, short_code("place", place_id), short, ""]
    return settings.PUBLIC_URL + reverse("findhelp:results", settings.ROOT_URLCONF, url_parts)


class RegionLine(NamedTuple):
    """How many settlements of a region, or of the whole country, are in each class of Gap."""

    area: str  # code of the region, "" for the whole country
    settlements: int
    fits: int
    asks: int
    beyond: int
    nothing: int
    across: int  # settlements whose service that decides the class lies across water
    people: int  # inhabitants, as far as they are known; shown only if those of the country are
    gap_people: int  # inhabitants of `beyond` and `nothing`
    ask_people: int  # inhabitants of `asks`

    @property
    def gap_share(self) -> float:
        """Return the share of settlements without a service within reach, from 0 to 1."""
        return (self.beyond + self.nothing) / (self.settlements or 1)

    @property
    def ask_share(self) -> float:
        """Return the share of settlements with only services to ask first, from 0 to 1."""
        return self.asks / (self.settlements or 1)


def count_by_region(coverage_slice: Slice) -> list[RegionLine]:
    """Return a line for each region, ordered by code, and the line of the whole country last."""
    chains = [chain[-1] for chain in coverage_slice.settlements.chains]
    region_codes = np.array(chains, dtype=object)[coverage_slice.settlements.area]
    codes, is_anywhere = sorted(set(chains)), np.ones(len(region_codes), dtype=np.bool_)
    lines = [_region_line(coverage_slice, code, region_codes == code) for code in codes]
    return [*lines, _region_line(coverage_slice, "", is_anywhere)]


def worst_settlements(coverage_slice: Slice, limit: int | None = None) -> list[int]:
    """Return settlement numbers: without help in reach by inhabitants, then others by distance.
    A part of a town counts with its own inhabitants here, because nothing is added up."""
    has_no_help, places = coverage_slice.gaps >= Gap.BEYOND, coverage_slice.settlements.places
    population = np.array([place.population for place in places], dtype=np.int64)
    people = np.where(has_no_help, population, 0)
    sort_metres = np.where(coverage_slice.metres < 0, np.iinfo(np.int64).max, coverage_slice.metres)
    ids = np.array([place.id for place in places], dtype=np.int64)
    order = np.lexsort((ids, -sort_metres, -people, ~has_no_help))
    return [int(settlement) for settlement in order[:limit]]


def _region_line(coverage_slice: Slice, code: str, is_in_region: Flags) -> RegionLine:
    gaps = coverage_slice.gaps[is_in_region]
    population = coverage_slice.settlements.population[is_in_region]
    fits, asks, beyond, nothing = np.bincount(gaps, minlength=len(Gap)).tolist()
    return RegionLine(
        area=code,
        settlements=len(gaps),
        fits=fits,
        asks=asks,
        beyond=beyond,
        nothing=nothing,
        across=int(coverage_slice.is_across[is_in_region].sum()),
        people=int(population.sum()),
        gap_people=int(population[gaps >= Gap.BEYOND].sum()),
        ask_people=int(population[gaps == Gap.ASK].sum()),
    )


def draw_map(coverage_slice: Slice, title: str, text: str) -> DotMap:
    """Return a map with a dot for each settlement, none for services. It loads no other site."""
    x, y, height = _map_coordinates(coverage_slice)
    count = len(coverage_slice.settlements)
    size = next(size for most, size in MARK_SIZES if count > most or most == 0)

    def layer(code: str, shape: str, word: Promise, chosen: Flags) -> DotClass:
        spots = zip(x[chosen].tolist(), y[chosen].tolist(), strict=True)
        return dot_class(code, shape, word, spots, size, wording.number_text)

    gaps, is_across, names = coverage_slice.gaps, coverage_slice.is_across, wording.GAP_NAMES
    layers = [layer(gap.name.lower(), MARK_SHAPES[gap], names[gap], gaps == gap) for gap in Gap]
    if is_across.any():
        layers.insert(0, layer(wording.ACROSS_CODE, "ring", wording.ACROSS_WATER, is_across))
    return DotMap(MAP_WIDTH, height, size, title, text, layers)


def _map_coordinates(coverage_slice: Slice) -> tuple[Ints, Ints, int]:
    """Return the coordinates of the settlements on the map, and the height of the map."""
    places = coverage_slice.settlements.positions
    north, south = places.latitude.max(initial=-90.0), places.latitude.min(initial=90.0)
    east = places.longitude * cos(radians((north + south) / 2))
    west, width, height = east.min(initial=180.0), np.ptp(east), north - south
    max_width, max_height = MAP_WIDTH - 2 * MAP_MARGIN, MAP_MAX_HEIGHT - 2 * MAP_MARGIN
    scale = min(max_width / max(width, 0.01), max_height / max(height, 0.01))
    margin = (MAP_WIDTH - scale * width) / 2
    x = np.rint(margin + scale * (east - west)).astype(np.int64)
    y = np.rint(MAP_MARGIN + scale * (north - places.latitude)).astype(np.int64)
    return x, y, round(scale * height) + 2 * MAP_MARGIN
