"""Where help is missing: one slice of the atlas as map, table and file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from protect.directory import access
from protect.directory.pages import COVERAGE, show_tab
from protect.kernel.ids import short_code
from protect.kernel.spreadsheet import TableWriter
from protect.matching.coverage import Gap, Slice, SliceKey, slice_of, tables, wording
from protect.matching.coverage.atlas import islands
from protect.matching.coverage.dot_map import drawing
from protect.matching.coverage.forms import SliceFilter
from protect.orgs.access import scope_of
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup

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


@dataclass(frozen=True, slots=True)
class Row:
    """A settlement in the list of the worst."""

    name: str
    area: str
    people: int  # 0 = not known
    gap: Gap
    metres: int  # as Slice.metres
    is_across: bool
    url: str  # of what a person would see, "" where the public site has no such question

    @property
    def word(self) -> object:
        return wording.GAPS[self.gap]


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    form = SliceFilter(request.GET, access.home_of(scope_of(request)))
    coverage_slice = slice_of(form.slice_key())
    country = coverage_slice.key.country
    *regions, whole = tables.regions(coverage_slice)
    named = sorted((lookup.areas()[line.area].name, line) for line in regions)
    query = urlencode(form.chosen)
    context = {
        "filter": form,
        "coverage_slice": coverage_slice,
        "title": wording.title(coverage_slice),
        "summary": wording.summary(coverage_slice),
        "drawing": drawing(
            coverage_slice, wording.title(coverage_slice), wording.summary(coverage_slice)
        ),
        "lines": [*named, ("", whole)],
        "whole": whole,
        "is_unconfirmed": whole.across > 0 and not islands.is_confirmed(country),
        "rows": [_row(coverage_slice, each) for each in tables.worst(coverage_slice, WORST)],
        "csv": f"{reverse('matching:coverage_csv')}?{query}",
        "gaps": f"{reverse('matching:coverage_gaps')}?{urlencode({'country': country})}",
        "credit": wording.CREDIT,
        "taken": wording.TAKEN,
    }
    return show_tab(request, "matching/coverage.html", COVERAGE, None, context)


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
    which, areas = coverage_slice.key, lookup.areas()
    of = [
        which.need,
        which.language,
        which.person,
        coverage_slice.at.isoformat(),
        coverage_slice.version,
    ]
    credit = f"{wording.CREDIT}, {wording.TAKEN.isoformat()}"
    for each in sorted(
        range(len(coverage_slice.settlements)),
        key=lambda at: coverage_slice.settlements.places[at].id,
    ):
        place = coverage_slice.settlements.places[each]
        chain = coverage_slice.settlements.chains[coverage_slice.settlements.area[each]]
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
            *of,
            credit,
        ]


def _metres(coverage_slice: Slice, each: int) -> list[object]:
    ways = int(coverage_slice.fits_metres[each]), int(coverage_slice.asks_metres[each])
    return ["" if way < 0 else way for way in ways]


def _row(coverage_slice: Slice, each: int) -> Row:
    place = coverage_slice.settlements.places[each]
    return Row(
        name=place.name,
        area=lookup.areas()[place.area].name,
        people=place.population,
        gap=Gap(coverage_slice.gaps[each]),
        metres=int(coverage_slice.metres[each]),
        is_across=bool(coverage_slice.is_across[each]),
        url=seen_by(coverage_slice.key, place.id),
    )


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
