"""Where help is missing: a slice of the atlas as map, table and file; gaps; changes."""

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
from protect.kernel import clock, spreadsheet
from protect.kernel.ids import short_code
from protect.matching.coverage import forms, store, wording
from protect.matching.coverage.atlas import atlas, distances, settlements
from protect.matching.coverage.atlas.slices import Gap, Line, Slice, SliceKey, grouped
from protect.matching.engine.columns.bits import Flags, Ints
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup
from protect.ui.dots import Dots, Drawing, dots
from protect.ui.pagination import Paginator

PAGE = 50  # lines
A_PAGE_SECONDS, KEEPING_SECONDS = 1.5, 10.0  # that the computation may take within a request
WORST = 50  # settlements that a page shows
SOURCE = {"credit": wording.CREDIT, "taken": wording.TAKEN}  # for pages
CREDIT = f"{wording.CREDIT}, {wording.TAKEN.isoformat()}"  # for files
ABOUT = ("at", "directory_version", "settlements_from")
COLUMNS = (
    *("geonames_id", "settlement", "region", "area", "country"),
    "inhabitants",  # empty: not known
    "class",
    "metres_to_fitting",  # 0: no travel; empty: there is none
    "metres_to_ask_first",
    *("across_water", "reach_metres", "need"),
    "language",  # empty: any
    "person",
    *ABOUT,
)
GAP_COLUMNS = ("country", "need", "language", "person", *distances.Figures._fields, *ABOUT)

WIDE, TALL = 640, 720  # at most, in units of the drawing
EDGE = 12
MARKS = {Gap.FITS: "round", Gap.ASK: "square", Gap.BEYOND: "triangle", Gap.NOTHING: "cross"}
SIZES = ((4000, 2), (800, 3), (0, 4))  # more settlements than this: half the width of a mark


def _filter[F: forms.CoverageFilter](request: HttpRequest, kind: type[F]) -> F:
    return kind(request.GET, access.home_of(scope_of(request)))


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    form = _filter(request, forms.SliceFilter)
    coverage_slice = atlas.slice_of(form.slice_key())
    country = coverage_slice.key.country
    *by_region, whole = regions(coverage_slice)
    named = sorted((lookup.areas()[line.area].name, line) for line in by_region)
    title, summary = wording.title(coverage_slice), wording.summary(coverage_slice)
    context = {
        "filter": form,
        "coverage_slice": coverage_slice,
        "title": title,
        "summary": summary,
        "drawing": drawing(coverage_slice, title, summary),
        "lines": [*named, ("", whole)],
        "whole": whole,
        "is_unconfirmed": whole.across > 0 and not settlements.is_confirmed(country),
        "rows": [_row(coverage_slice, each) for each in worst(coverage_slice, WORST)],
        "csv": f"{reverse('matching:coverage_csv')}?{urlencode(form.chosen)}",
        "gaps": _gaps(country),
        **SOURCE,
    }
    return desk.show_tab(request, "matching/coverage.html", desk.COVERAGE, None, context)


@require_safe
def coverage_csv(request: HttpRequest) -> HttpResponse:
    coverage_slice = atlas.slice_of(_filter(request, forms.SliceFilter).slice_key())
    key, day = coverage_slice.key, coverage_slice.at.date()
    return _csv(f"coverage-{key.country}-{key.need}-{day}", COLUMNS, _records(coverage_slice))


@require_safe
def coverage_gaps(request: HttpRequest) -> HttpResponse:
    form = _filter(request, forms.GapFilter)
    country = form.chosen["country"]
    report = atlas.report(country, A_PAGE_SECONDS)
    lines = grouped(line for line in _worst(report.lines) if _is_asked(line, form.chosen))
    engine, hour = atlas.newest()
    may_keep = access.may(scope_of(request), Permission.RELEASE_DIRECTORY, country)
    context = {
        "filter": form,
        "country": country,
        "report": report,
        "page": Paginator(lines, PAGE).get_page(request.GET.get("page")),
        "at": hour,
        "version": engine.version,
        "again": request.get_full_path(),
        "may_keep": may_keep and report.is_whole,
        "has_days": len(store.days(country)) > 1,
        **SOURCE,
    }
    return desk.show_tab(request, "matching/coverage_gaps.html", desk.COVERAGE, None, context)


@require_safe
def coverage_gaps_csv(request: HttpRequest) -> HttpResponse:
    chosen = _filter(request, forms.GapFilter).chosen
    country = chosen["country"]
    report, (engine, hour) = atlas.report(country, KEEPING_SECONDS), atlas.newest()
    if not report.is_whole:
        return _not_yet(request, country)
    about = (hour.isoformat(), engine.version, CREDIT)
    records = [
        (country, line.need, line.language, line.person, *line.figures, *about)
        for line in _worst(report.lines, with_all=True)
        if _is_asked(line, chosen)
    ]
    return _csv(f"gaps-{country}-{hour.date()}", GAP_COLUMNS, records)


@require_safe
def coverage_changes(request: HttpRequest) -> HttpResponse:
    form = _filter(request, forms.DaysFilter)
    country = form.data["country"]
    if country not in vocabulary.countries():
        raise Http404
    days = store.days(country)
    context = {"filter": form, "country": country, "page": None, "compared": 0}
    if len(days) > 1:
        form.choose_days(days)
        before, after = (date.fromisoformat(form.chosen[name]) for name in ("before", "after"))
        changes, compared = store.changes(country, before, after)
        context |= {
            "page": Paginator(changes, PAGE).get_page(request.GET.get("page")),
            "compared": compared,
            "before": before,
            "after": after,
        }
    return desk.show_tab(request, "matching/coverage_changes.html", desk.COVERAGE, None, context)


@require_POST
def coverage_keep(request: HttpRequest, country: str) -> HttpResponse:
    if country not in vocabulary.countries():
        raise Http404
    scope, at = scope_of(request), clock.now()
    access.must(scope, Permission.RELEASE_DIRECTORY, country)
    if not atlas.report(country, KEEPING_SECONDS).is_whole:
        return _not_yet(request, country)
    store.keep_coverage(scope, country, at=at)
    # Translators: after a button: the numbers of today can be compared with later ones.
    messages.success(request, _("Today's state is kept. Later ones can be compared with it."))
    return redirect(_gaps(country))


def _not_yet(request: HttpRequest, country: str) -> HttpResponse:
    # Translators: after a button; working the numbers out takes longer than a page may.
    text = _("The numbers are not worked out yet, and nothing was kept. Try again in a minute.")
    messages.warning(request, text)
    return redirect(_gaps(country))


def _gaps(country: str) -> str:
    return f"{reverse('matching:coverage_gaps')}?{urlencode({'country': country})}"


def _csv(name: str, columns: Iterable[str], records: Iterable[Iterable[object]]) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers=headers)
    spreadsheet.TableWriter(response).writerows([columns, *records])
    return response


def _worst(lines: list[Line], *, with_all: bool = False) -> list[Line]:
    """Return lines, those first that leave most people without help, then without anything sure."""
    chosen = [line for line in lines if with_all or line.figures.gaps or line.figures.asks]
    harm = attrgetter("gap_people", "gaps", "ask_people", "asks")
    return sorted(chosen, key=lambda line: [-each for each in harm(line.figures)])


def _is_asked(line: Line, chosen: dict[str, str]) -> bool:
    wanted = {name: chosen[name] for name in ("need", "language", "person") if chosen[name]}
    if wanted.get("language") == forms.ANY_WORD:
        wanted["language"] = ""
    return all(getattr(line, name) == value for name, value in wanted.items())


def _records(coverage_slice: Slice) -> Iterator[list[object]]:
    """Yield the settlements by id, each with what the slice is of."""
    which, areas, settlements = coverage_slice.key, lookup.areas(), coverage_slice.settlements
    ways = coverage_slice.fits_metres, coverage_slice.asks_metres
    for each in sorted(range(len(settlements)), key=lambda at: settlements.places[at].id):
        place, chain = settlements.places[each], settlements.chains[settlements.area[each]]
        yield [
            place.id,
            place.name,
            areas[chain[-1]].name,
            chain[0],
            which.country,
            place.population or "",
            Gap(coverage_slice.gaps[each]).name.lower(),
            *("" if way[each] < 0 else int(way[each]) for way in ways),
            "yes" if coverage_slice.is_across[each] else "no",
            coverage_slice.reach_m,
            *(which.need, which.language, which.person),
            *(coverage_slice.at.isoformat(), coverage_slice.version),
            CREDIT,
        ]


def _row(coverage_slice: Slice, each: int) -> dict[str, object]:
    """Return a settlement in the list of the worst."""
    place, gap = coverage_slice.settlements.places[each], Gap(coverage_slice.gaps[each])
    return {
        "name": place.name,
        "area": lookup.areas()[place.area].name,
        "people": place.population,  # 0 = not known
        "gap": gap,
        "word": wording.GAPS[gap],
        "metres": int(coverage_slice.metres[each]),
        "is_across": bool(coverage_slice.is_across[each]),
        "url": seen_by(coverage_slice.key, place.id),
    }


def seen_by(slice_key: SliceKey, place: int) -> str:
    """Return the public URL of the answers for a need in a settlement, "" for none."""
    short = vocabulary.needs()[slice_key.need].short
    if not short or not settings.PUBLIC_URL:
        return ""
    offered = vocabulary.published_languages("demo" if settings.IS_DEMO else "live")
    tags = (slice_key.language, get_language() or "", *offered)
    tag = next((each for each in tags if each in offered), "")
    if not tag:
        return ""
    asked = [tag, short_code("place", place), short, ""]
    return settings.PUBLIC_URL + reverse("findhelp:results", settings.ROOT_URLCONF, asked)


class RegionLine(NamedTuple):
    """A region, or the whole country: how many settlements there are of each class."""

    area: str  # code of the region, "" for the whole country
    settlements: int
    fits: int
    asks: int
    beyond: int
    nothing: int
    across: int  # of all these
    people: int  # inhabitants, as far as they are known
    gap_people: int  # of those that are beyond reach or have none
    ask_people: int  # of those where nowhere fits for sure
    unknown: int  # settlements with an unknown population


def regions(coverage_slice: Slice) -> list[RegionLine]:
    """Return the regions of a slice by code, the whole country last."""
    chains = [chain[-1] for chain in coverage_slice.settlements.chains]
    of = np.array(chains, dtype=object)[coverage_slice.settlements.area]
    lines = [_line(coverage_slice, code, of == code) for code in sorted(set(chains))]
    return [*lines, _line(coverage_slice, "", np.ones(len(of), dtype=np.bool_))]


def worst(coverage_slice: Slice, most: int | None = None) -> list[int]:
    """Return settlements: first those without help, by inhabitants; then by how far it is."""
    lacks = coverage_slice.gaps >= Gap.BEYOND
    people = np.where(lacks, coverage_slice.settlements.population, 0)
    far = np.where(coverage_slice.metres < 0, np.iinfo(np.int64).max, coverage_slice.metres)
    ids = np.array([place.id for place in coverage_slice.settlements.places], dtype=np.int64)
    order = np.lexsort((ids, -far, -people, ~lacks))
    return [int(each) for each in order[:most]]


def _line(coverage_slice: Slice, code: str, here: Flags) -> RegionLine:
    gaps, population = coverage_slice.gaps[here], coverage_slice.settlements.population[here]
    fits, asks, beyond, nothing = np.bincount(gaps, minlength=len(Gap)).tolist()
    return RegionLine(
        area=code,
        settlements=len(gaps),
        fits=fits,
        asks=asks,
        beyond=beyond,
        nothing=nothing,
        across=int(coverage_slice.is_across[here].sum()),
        people=int(population.sum()),
        gap_people=int(population[gaps >= Gap.BEYOND].sum()),
        ask_people=int(population[gaps == Gap.ASK].sum()),
        unknown=int((population == 0).sum()),
    )


def drawing(coverage_slice: Slice, title: str, text: str) -> Drawing:
    """Return a map of dots: settlements, never services. No tiles, nothing from outside.
    An equirectangular projection: at most a few percent off in a country's farthest corner."""
    x, y, height = _placed(coverage_slice)
    size = next(size for most, size in SIZES if len(coverage_slice.settlements) > most or most == 0)

    def layer(code: str, shape: str, word: Promise, chosen: Flags) -> Dots:
        spots = zip(x[chosen].tolist(), y[chosen].tolist(), strict=True)
        return dots(code, shape, word, spots, size, wording.count)

    gaps, is_across = coverage_slice.gaps, coverage_slice.is_across
    layers = [layer(gap.name.lower(), MARKS[gap], wording.GAPS[gap], gaps == gap) for gap in Gap]
    if is_across.any():
        layers.insert(0, layer(wording.ACROSS, "ring", wording.ACROSS_WATER, is_across))
    return Drawing(WIDE, height, size, title, text, layers)


def _placed(coverage_slice: Slice) -> tuple[Ints, Ints, int]:
    places = coverage_slice.settlements.positions
    north, south = places.latitude.max(initial=-90.0), places.latitude.min(initial=90.0)
    narrow = cos(radians((north + south) / 2))
    east = places.longitude * narrow
    west, wide, tall = east.min(initial=180.0), np.ptp(east), north - south
    scale = min((WIDE - 2 * EDGE) / max(wide, 0.01), (TALL - 2 * EDGE) / max(tall, 0.01))
    margin = (WIDE - scale * wide) / 2
    x = np.rint(margin + scale * (east - west)).astype(np.int64)
    y = np.rint(EDGE + scale * (north - places.latitude)).astype(np.int64)
    return x, y, round(scale * tall) + 2 * EDGE
