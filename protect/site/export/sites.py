"""The public sites that can be exported: each is a folder of files for one host. A further site on
a host of its own is one more entry of SITES."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from protect.findhelp import addresses, public
from protect.findhelp.addresses import AddressExpired
from protect.findhelp.enums import SpotKind
from protect.findhelp.mirrors import Mirror
from protect.findhelp.views import errors
from protect.matching import published
from protect.site import zones


class ExportedSite(NamedTuple):
    """A public site, and what its export has beside the pages to which links lead."""

    name: str
    host: Callable[[], str]  # under which its pages are drawn
    headers: Callable[[], Mapping[str, str]]  # of each page
    start_paths: Callable[[Mirror], Iterator[str]]  # pages that visitors open without a link
    error_pages: Mapping[int, Callable[[HttpRequest], HttpResponse]]  # by status
    sealed_paths: str  # regular expression of addresses that held answers of a visitor: gone


def find_help_host() -> str:
    return settings.PUBLIC_HOSTS[0]


def find_help_headers() -> dict[str, str]:
    """Return the headers of find-help's pages; the server's own name is the operator's matter."""
    headers = {name: value for name, value in zones.PUBLIC_HEADERS.items() if name != "Server"}
    return headers | ({"X-Robots-Tag": "noindex"} if settings.IS_DEMO else {})


def find_help_paths(mirror: Mirror) -> Iterator[str]:
    """Yield the first pages, and what printed codes lead to: areas as a whole, and services."""
    yield reverse("findhelp:language_list")
    yield reverse("findhelp:robots")
    spots = addresses.spots_by_code().values()
    areas = [spot for spot in spots if spot.kind is SpotKind.WHOLE and mirror.has_spot(spot)]
    codes = sorted(row.short for row in published.rows() if row.country in mirror.countries)
    for tag in mirror.tags:
        yield reverse("findhelp:country_list", args=[tag])
        yield from (public.page_address(tag, spot) for spot in areas)
        yield from (reverse("findhelp:page", args=[tag, code, ""]) for code in codes)


def page_gone(request: HttpRequest) -> HttpResponse:
    return errors.refused_page(request, AddressExpired())


FIND_HELP = ExportedSite(
    name="find-help",
    host=find_help_host,
    headers=find_help_headers,
    start_paths=find_help_paths,
    error_pages={404: errors.error_404, 410: page_gone, 500: errors.error_500},
    sealed_paths="/[A-Za-z-]+/r/",
)
SITES: Mapping[str, ExportedSite] = {site.name: site for site in (FIND_HELP,)}
