"""Where help is missing: one slice of the atlas as map, table and file."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, radians
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from protect.directory import access, desk
from protect.kernel.ids import short_code
from protect.kernel.spreadsheet import TableWriter
from protect.matching.coverage import slice_of, wording
from protect.matching.coverage.atlas import settlements
from protect.matching.coverage.atlas.slices import Gap, Slice, SliceKey
from protect.matching.coverage.forms import SliceFilter
from protect.matching.engine.columns.bits import Flags, Ints
from protect.orgs.access import scope_of
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup
from protect.ui.dots import Dots, Drawing, dots

WORST = 50  # settlements that a page shows
COLUMNS = (
    "geonames_id",
    "settlement",
    "region",
    "area",
    "country",
    "inhabitants",  # empty: not known
    "class",
    "metres_to_fitting",  # 0: no travel; empty: there is none
    "metres_to_ask_first",
    "across_water",
    "reach_metres",
    "need",
    "language",  # empty: any
    "person",
    "at",
    "directory_version",
    "settlements_from",
)

WIDE, TALL = 640, 720  # at most, in units of the drawing
EDGE = 12
MARKS = {Gap.FITS: "round", Gap.ASK: "square", Gap.BEYOND: "triangle", Gap.NOTHING: "cross"}
SIZES = ((4000, 2), (800, 3), (0, 4))  # more settlements than this: half the width of a mark


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    form = SliceFilter(request.GET, access.home_of(scope_of(request)))
    coverage_slice = slice_of(form.slice_key())
    country = coverage_slice.key.country
    *by_region, whole = regions(coverage_slice)
    named = sorted((lookup.areas()[line.area].name, line) for line in by_region)
    query, title = urlencode(form.chosen), wording.title(coverage_slice)
    summary = wording.summary(coverage_slice)
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
        "csv": f"{reverse('matching:coverage_csv')}?{query}",
        "gaps": f"{reverse('matching:coverage_gaps')}?{urlencode({'country': country})}",
        "credit": wording.CREDIT,
        "taken": wording.TAKEN,
    }
    return desk.show_tab(request, "matching/coverage.html", desk.COVERAGE, None, context)


@require_safe
def coverage_csv(request: HttpRequest) -> HttpResponse:
    form = SliceFilter(request.GET, access.home_of(scope_of(request)))
    coverage_slice = slice_of(form.slice_key())
    key, day = coverage_slice.key, coverage_slice.at.date()
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"coverage-{key.country}-{key.need}-{day}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    file = TableWriter(response)
    file.writerow(COLUMNS)
    file.writerows(_records(coverage_slice))
    return response


def _records(coverage_slice: Slice) -> Iterator[list[object]]:
    """Yield the settlements by id, each with what the slice is of."""
    which, areas, settlements = coverage_slice.key, lookup.areas(), coverage_slice.settlements
    credit = f"{wording.CREDIT}, {wording.TAKEN.isoformat()}"
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
            *_metres(coverage_slice, each),
            "yes" if coverage_slice.is_across[each] else "no",
            coverage_slice.reach_m,
            *(which.need, which.language, which.person),
            *(coverage_slice.at.isoformat(), coverage_slice.version),
            credit,
        ]


def _metres(coverage_slice: Slice, each: int) -> list[object]:
    ways = int(coverage_slice.fits_metres[each]), int(coverage_slice.asks_metres[each])
    return ["" if way < 0 else way for way in ways]


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
    tag = next((each for each in tags if each in offered), None)
    if tag is None:
        return ""
    path = {"tag": tag, "place": short_code("place", place), "need": short, "quiet": ""}
    way = reverse("findhelp:results", urlconf=settings.ROOT_URLCONF, kwargs=path)
    return f"{settings.PUBLIC_URL}{way}"


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
    """Return settlements, those first that lack help and have most inhabitants.

    After them, and where inhabitants are not known or equal, those that have farthest to go.
    """
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

    Degrees are drawn as they are, those of longitude shortened by the cosine of the middle latitude
    (an equirectangular projection): at most a few percent off in a country's farthest corner.
    """
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
