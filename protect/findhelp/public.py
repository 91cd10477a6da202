"""URL paths of the public site, for page weights, guard tests and the static export."""

from collections.abc import Iterator
from itertools import islice

from django.urls import reverse

from protect.findhelp import access, addresses
from protect.findhelp.addresses import RefinedSearch, Spot, sealed_address
from protect.findhelp.enums import ReportOutcome, SpotKind
from protect.matching import published
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary
from protect.reference.lookup import store
from protect.reference.lookup.index import PlaceRow

TOWNS_PER_COUNTRY = 2  # largest towns of each country among the sample pages
GREECE = addresses.anywhere_in("GR").code  # only an example, for SAMPLE_SEARCHES
REFINED_SEARCH = RefinedSearch(GREECE, "tq", {"gender": "f", "age": "27", "sons": "9, 13"})
SAMPLE_SEARCHES = (  # refined searches whose pages are weighed, tested and exported
    RefinedSearch(typed="Aalst"),  # an ambiguous name
    RefinedSearch(typed="Villanova", country="IT"),  # the name of most places
    RefinedSearch(typed="Demo town", country="SI"),  # an unknown name, with a list of regions
    RefinedSearch(typed="Ħal Far"),  # a camp
    RefinedSearch(typed="near me"),
    REFINED_SEARCH,
    RefinedSearch(GREECE, "tq", {"age": "old", "sons": "nine", "daughters": "-"}),
)


def sample_addresses(tag: str) -> Iterator[str]:
    """Yield URL paths of all kinds of pages but results and services; some store a day salt."""
    yield reverse("findhelp:country_list", args=[tag])
    yield reverse("findhelp:country_list", args=[tag, "/q"])
    for spot in (addresses.TIPS, addresses.HELPER, addresses.ANYWHERE, *longest_lists()):
        yield page_address(tag, spot)
    yield page_address(tag, addresses.anywhere_in("MT"), quiet="/q")
    for country in (None, *vocabulary.countries()):
        yield page_address(tag, addresses.first_hours_in(country))
    for country in vocabulary.countries():
        yield page_address(tag, addresses.police_in(country))
    for town in (addresses.place_spot(row.id) for row in largest_towns(1)):
        page = addresses.first_hours_in(addresses.country_of(town))
        yield reverse("findhelp:page_for_place", args=[tag, town.code, "/q", page.code])
    language = access.get_language(tag)
    for typed in SAMPLE_SEARCHES:
        yield sealed_address(language, typed)
    yield from refined_service_addresses(language)
    yield from report_addresses(language)


def rights_addresses(tag: str) -> Iterator[str]:
    """Yield the paths of the released pages about rights, for each country and for none."""
    for page_code in access.released_pages(tag):
        for country in (None, *vocabulary.countries()):
            yield page_address(tag, addresses.rights_in(country, page_code))


def refined_service_addresses(language: vocabulary.Language) -> Iterator[str]:
    """Yield the path of one service that is opened from refined answers."""
    if row := _longest_named_service():
        yield f"{sealed_address(language, REFINED_SEARCH)}/{row.short}"


def _longest_named_service() -> ServiceRow | None:
    return max(published.rows(), key=lambda each: (len(each.name), each.short), default=None)


def report_addresses(language: vocabulary.Language) -> Iterator[str]:
    """Yield the paths of the report form of one service and of the page of each outcome."""
    if row := _longest_named_service():
        yield reverse("findhelp:wrong", args=[language.tag, row.short])
        for outcome in ReportOutcome:
            yield sealed_address(language, RefinedSearch(service=row.short, outcome=outcome.value))


def error_addresses(tag: str) -> Iterator[tuple[str, int]]:
    """Yield the paths of error pages with the HTTP status of each."""
    yield f"/{tag}/{'z' * 6}", 404
    yield reverse("findhelp:refined", args=[tag, "gone"]), 410
    if row := _longest_named_service():
        yield reverse("findhelp:refined_service", args=[tag, "gone", row.short]), 410


def sample_result_addresses(tag: str) -> Iterator[str]:
    for spot in sample_spots():
        for need in access.public_needs():
            yield reverse("findhelp:results", args=[tag, spot.code, need.short, ""])


def service_addresses(tag: str) -> Iterator[str]:
    for row in published.rows():
        yield reverse("findhelp:page", args=[tag, row.short, ""])


def page_address(tag: str, spot: Spot, quiet: str = "") -> str:
    return reverse("findhelp:page", args=[tag, spot.code, quiet])


def sample_spots() -> list[Spot]:
    """Return the spots of "anywhere", of each country and of its largest towns."""
    countries = (addresses.anywhere_in(country) for country in vocabulary.countries())
    towns = (addresses.place_spot(row.id) for row in largest_towns(TOWNS_PER_COUNTRY))
    return [addresses.ANYWHERE, *countries, *towns]


def largest_towns(count: int) -> list[PlaceRow]:
    """Return the `count` largest towns of each country."""
    towns = sorted(store.place_rows().values(), key=lambda row: (-row.population, row.id))
    return [
        row
        for country in vocabulary.countries()
        for row in islice((town for town in towns if town.country == country), count)
    ]


def longest_lists(limit: int = 4) -> list[Spot]:
    """Return the spots of countries, areas and initials that list the most places."""
    kinds = {SpotKind.COUNTRY, SpotKind.AREA, SpotKind.INITIAL}
    lists = [spot for spot in addresses.spots_by_code().values() if spot.kind in kinds]
    return sorted(lists, key=lambda spot: -len(addresses.child_spots(spot)))[:limit]
