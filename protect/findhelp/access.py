"""What visitors may open: only published pages. Everything else is a 404."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db import Error
from django.http import Http404

from protect.content import released
from protect.content.drafts.page_files import INDEX
from protect.content.enums import PageKind
from protect.directory import access as directory
from protect.findhelp import addresses, enums
from protect.matching import published
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary

# Codes of the pages about rights to which the page of a need links, best first.
RIGHTS_BY_NEED: Mapping[str, tuple[str, ...]] = {
    "hurt-now": ("not-your-fault", "helper-hurt-me"),
    "safe-place": ("protection-orders", "residence"),
    "doctor": ("health",),
    "talk": ("not-your-fault",),
    "law-papers": ("residence", "your-rights", "compensation", INDEX),
    "child": ("children", "forced-marriage", "fgm"),
    "helping": ("family", "residence", "helper-hurt-me"),
    "not-sure": ("what-violence-is",),
}
RIGHTS_AFTER_VIOLENCE = ("not-your-fault", "men")  # on “If it just happened”
# Pages about a country as a whole.
COUNTRY_PAGES = {enums.SpotKind.FIRST_HOURS, enums.SpotKind.POLICE, enums.SpotKind.RIGHTS}


class RightsLink(NamedTuple):
    """A link to a page about rights."""

    spot: addresses.Spot
    title: released.ReleasedSegment


@dataclass(frozen=True, slots=True)
class Search:
    """A place and a need that a visitor chose; the URL of the results contains both."""

    spot: addresses.Spot
    need: vocabulary.Need

    @property
    def code(self) -> str:
        return f"{self.spot.code}-{self.need.short}"


def languages() -> dict[str, vocabulary.Language]:
    """Return the languages of the pages by tag, in the order in which they are offered."""
    return vocabulary.published_languages("demo" if settings.IS_DEMO else "live")


def get_language(tag: str) -> vocabulary.Language:
    """Return a published language. Errors: Http404."""
    return _or_404(languages().get(tag))


def _or_404[T](value: T | None) -> T:
    if value is None:
        raise Http404
    return value


def get_page(code: str) -> addresses.Spot | ServiceRow:
    """Return the page, place or service with this code. Errors: Http404."""
    page = addresses.spots_by_code().get(code) or published.service_by_code(code)
    if page is None:
        raise Http404
    return page


def get_service(code: str) -> ServiceRow:
    return _or_404(published.service_by_code(code))


def successor_code(code: str) -> str | None:
    """Return the code of the published entry that a merged entry became; None if there is none,
    and while the database cannot be reached."""
    try:
        service = directory.find_merge_target(short=code)
    except Error:
        return None
    return service.short if service and published.service_by_code(service.short) else None


def get_place(code: str) -> addresses.Spot:
    spot = addresses.spots_by_code().get(code)
    if spot is None or spot.kind not in addresses.PLACE_KINDS:
        raise Http404
    return spot


def get_country_page(code: str, place: addresses.Spot) -> addresses.Spot:
    """Return the page of the country of a place with this code. Errors: Http404."""
    return _or_404(find_country_page(code, place))


def find_country_page(code: str, place: addresses.Spot) -> addresses.Spot | None:
    """Return the page of the country of a place with this code, if there is one."""
    page = addresses.spots_by_code().get(code)
    if page is None or page.kind not in COUNTRY_PAGES:
        return None
    return page if addresses.country_of(page) == addresses.country_of(place) else None


def country_of_page(path: str) -> str | None:
    """Return the country of the page at a path without its language; None if it is not known."""
    code = path[:6]
    if path.startswith("r/"):
        try:
            refined, _seconds = addresses.open_sealed(path.split("/")[1])
        except addresses.AddressExpired:
            return None
        if refined.country:
            return refined.country
        code = refined.place or refined.service
    page = addresses.spots_by_code().get(code) or published.service_by_code(code)
    if isinstance(page, addresses.Spot):
        return addresses.country_of(page)
    return page.country if page else None


def released_pages(tag: str) -> released.Pages:
    """Return the released pages about rights. Errors: django.db.Error before they were read."""
    return released.pages_in(tag, PageKind.RIGHTS)


def rights_links(
    pages: released.Pages, country: str | None, codes: Iterable[str]
) -> list[RightsLink]:
    """Return links to the released pages with these codes."""
    released_codes = [code for code in codes if code in pages]
    return [
        RightsLink(addresses.rights_in(country, code), pages[code].title) for code in released_codes
    ]


def get_search(place_code: str, need_code: str) -> Search:
    for need in public_needs():
        if need.short == need_code:
            return Search(get_place(place_code), need)
    raise Http404


def public_needs() -> list[vocabulary.Need]:
    """Return the needs that a visitor can choose from, in the order in which they are shown."""
    return [need for need in vocabulary.needs().values() if need.public]
