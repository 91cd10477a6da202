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
from protect.matching.coverage import Cut, Gap, Slice, islands, slice_of, tables, wording
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
    found = slice_of(form.cut())
    *regions, whole = tables.regions(found)
    named = sorted((lookup.areas()[line.area].name, line) for line in regions)
    asked = urlencode(form.asked)
    context = {
        "filter": form,
        "found": found,
        "title": wording.title(found),
        "summary": wording.summary(found),
        "drawing": drawing(found, wording.title(found), wording.summary(found)),
        "lines": [*named, ("", whole)],
        "whole": whole,
        "is_unconfirmed": whole.across > 0 and not islands.is_confirmed(found.cut.country),
        "rows": [_row(found, each) for each in tables.worst(found, WORST)],
        "csv": f"{reverse('matching:coverage_csv')}?{asked}",
        "gaps": f"{reverse('matching:coverage_gaps')}?{urlencode({'country': found.cut.country})}",
        "credit": wording.CREDIT,
        "taken": wording.TAKEN,
    }
    return show_tab(request, "matching/coverage.html", COVERAGE, None, context)


@require_safe
def coverage_csv(request: HttpRequest) -> HttpResponse:
    found = slice_of(SliceFilter(request.GET, access.home_of(scope_of(request))).cut())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"coverage-{found.cut.country}-{found.cut.need}-{found.at.date()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    file = TableWriter(response)
    file.writerow(COLUMNS)
    file.writerows(_records(found))
    return response


def _records(found: Slice) -> Iterator[list[object]]:
    """Yield the settlements by id, each with what the slice is of."""
    cut, areas = found.cut, lookup.areas()
    of = [cut.need, cut.language, cut.person, found.at.isoformat(), found.version]
    credit = f"{wording.CREDIT}, {wording.TAKEN.isoformat()}"
    for each in sorted(range(len(found.ground)), key=lambda at: found.ground.places[at].id):
        place = found.ground.places[each]
        chain = found.ground.chains[found.ground.area[each]]
        yield [
            place.id,
            place.name,
            areas[chain[-1]].name,
            chain[0],
            cut.country,
            place.population or "",
            Gap(found.gaps[each]).name.lower(),
            *_metres(found, each),
            "yes" if found.is_across[each] else "no",
            found.reach_m,
            *of,
            credit,
        ]


def _metres(found: Slice, each: int) -> list[object]:
    ways = int(found.fits_metres[each]), int(found.asks_metres[each])
    return ["" if way < 0 else way for way in ways]


def _row(found: Slice, each: int) -> Row:
    place = found.ground.places[each]
    return Row(
        name=place.name,
        area=lookup.areas()[place.area].name,
        people=place.population,
        gap=Gap(found.gaps[each]),
        metres=int(found.metres[each]),
        is_across=bool(found.is_across[each]),
        url=seen_by(found.cut, place.id),
    )


def seen_by(cut: Cut, place: int) -> str:
    """Return the address at which a person asks for the same need in a settlement, "" for none."""
    short = vocabulary.needs()[cut.need].short
    if not short or not settings.PUBLIC_URL:
        return ""
    offered = vocabulary.published_languages("demo" if settings.IS_DEMO else "live")
    tags = (cut.language, get_language() or "", *offered)
    tag = next((each for each in tags if each in offered), None)
    if tag is None:
        return ""
    asked = {"tag": tag, "place": short_code("place", place), "need": short, "quiet": ""}
    way = reverse("findhelp:results", urlconf=settings.ROOT_URLCONF, kwargs=asked)
    return f"{settings.PUBLIC_URL}{way}"
