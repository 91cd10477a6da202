"""All addresses of the public site, for page weights, guards and the static export."""

from collections.abc import Iterator

from django.urls import reverse

from protect.findhelp import access, addresses
from protect.findhelp.addresses import RefinedSearch, Spot, sealed_address
from protect.findhelp.enums import Kind, Outcome
from protect.matching import published
from protect.reference import vocabulary
from protect.reference.lookup import store

TOWNS = 2  # of each country, the largest
TYPED = (
    RefinedSearch(typed="Aalst"),  # several places
    RefinedSearch(typed="Demo town"),  # none
    RefinedSearch(addresses.whole("GR").code, "tq", {"gender": "f", "age": "27", "sons": "9, 13"}),
    RefinedSearch(
        addresses.whole("GR").code, "tq", {"age": "old", "sons": "nine", "daughters": "-"}
    ),
)


def every_kind(tag: str) -> Iterator[str]:
    """Yield an address of each kind of page; the sealed one writes the day's salt."""
    yield reverse("findhelp:country_list", args=[tag])
    for spot in (addresses.TIPS, addresses.HELPER, addresses.ANYWHERE, *longest_lists()):
        yield page(tag, spot)
    yield page(tag, addresses.whole("MT"), quiet="/q")
    language = access.get_language(tag)
    for typed in TYPED:
        yield sealed_address(language, typed)
    yield from reports(language)


def reports(language: vocabulary.Language) -> Iterator[str]:
    if row := max(published.rows(), key=lambda each: (len(each.name), each.short), default=None):
        yield reverse("findhelp:wrong", args=[language.tag, row.short])
        for outcome in Outcome:
            yield sealed_address(language, RefinedSearch(service=row.short, outcome=outcome.value))


def closed_doors(tag: str) -> Iterator[tuple[str, int]]:
    yield f"/{tag}/{'z' * 6}", 404
    yield reverse("findhelp:refined", args=[tag, "gone"]), 410


def answers(tag: str) -> Iterator[str]:
    for spot in searched_spots():
        for need in access.public_needs():
            yield reverse("findhelp:results", args=[tag, spot.code, need.short, ""])


def services(tag: str) -> Iterator[str]:
    for row in published.rows():
        yield reverse("findhelp:page", args=[tag, row.short, ""])


def page(tag: str, spot: Spot, quiet: str = "") -> str:
    return reverse("findhelp:page", args=[tag, spot.code, quiet])


def searched_spots() -> list[Spot]:
    towns = sorted(store.rows().values(), key=lambda row: (-row.population, row.id))
    spots = [addresses.ANYWHERE]
    for country in vocabulary.countries():
        largest = [row for row in towns if row.country == country][:TOWNS]
        spots += [addresses.whole(country), *(addresses.place_spot(row.id) for row in largest)]
    return spots


def longest_lists(most: int = 4) -> list[Spot]:
    kinds = {Kind.COUNTRY, Kind.AREA, Kind.INITIAL}
    lists = [spot for spot in addresses.spots().values() if spot.kind in kinds]
    return sorted(lists, key=lambda spot: -len(addresses.children(spot)))[:most]
