"""The public sites that can be exported: each is a folder of files for one host. A further site on
a host of its own is one more entry of SITES."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from protect.findhelp import access, addresses, public
from protect.findhelp.addresses import AddressExpired
from protect.findhelp.mirrors import MIRROR_KEY, Mirror
from protect.findhelp.views import errors
from protect.matching import published
from protect.programme import registers
from protect.programme.pages import copies, page_texts
from protect.programme.views import enquiry_form
from protect.reference.lookup import store
from protect.site import zones
from protect.ui.assets import CACHED_BRIEFLY


class ExportedSite(NamedTuple):
    """A public site, and what its export has beside the pages to which links lead."""

    name: str
    hosts: Callable[[], Sequence[str]]  # of the running site; pages are drawn under the first
    headers: Callable[[], Mapping[str, str]]  # of each page
    languages: Callable[[], Collection[str]]  # tags; none if the site has no texts
    environ: Callable[[Mirror], Mapping[str, object]]  # tells a view that it draws for a copy
    start_paths: Callable[[Mirror], Iterator[str]]  # pages that visitors open without a link
    files: Callable[[Mirror], Iterator[tuple[str, bytes]]]  # beside the pages, by name
    error_pages: Mapping[int, Callable[[HttpRequest], HttpResponse]]  # by status
    sealed_paths: str  # regular expression of addresses that held answers of a visitor: gone
    reads_directory: bool  # its pages show services, by places: what they read of it is noted


def find_help_headers() -> dict[str, str]:
    """Return the headers of find-help's pages; the server's own name is the operator's matter."""
    return _headers(zones.PUBLIC_HEADERS)


def programme_headers() -> dict[str, str]:
    return _headers(zones.PROGRAMME_HEADERS) | {"Cache-Control": CACHED_BRIEFLY}


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in headers.items() if name != "Server"}
    return kept | ({"X-Robots-Tag": "noindex"} if settings.IS_DEMO else {})


def find_help_paths(mirror: Mirror) -> Iterator[str]:
    """Yield the first pages, and what printed codes lead to: areas as a whole, and services."""
    yield reverse("findhelp:language_list")
    yield reverse("findhelp:robots")
    wholes = [*map(addresses.anywhere_in, mirror.countries)]
    wholes += [addresses.anywhere_in(area.code, area.name) for area in store.areas().values()]
    areas = [spot for spot in wholes if mirror.has_spot(spot)]
    codes = sorted(row.short for row in published.rows() if row.country in mirror.countries)
    for tag in mirror.tags:
        yield reverse("findhelp:country_list", args=[tag])
        yield from (public.page_address(tag, spot) for spot in areas)
        yield from (reverse("findhelp:page", args=[tag, code, ""]) for code in codes)


def programme_paths(mirror: Mirror) -> Iterator[str]:
    yield "/"
    yield "/robots.txt"
    if registers.emblem():
        yield "/emblem.svg"
    yield from (f"/{tag}/" for tag in mirror.tags)


def programme_files(mirror: Mirror) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the resources that the copy lists, under their own names."""
    rows = (row for row in registers.resources() if row.file)
    for row in rows:
        if not row.countries or not {*mirror.countries}.isdisjoint(row.countries):
            path = registers.must_find_file("resources", row.code, f"files/{row.file}")
            yield copies.file_name(row), path.read_bytes()


def programme_environ(mirror: Mirror) -> dict[str, object]:
    copy = copies.SiteCopy(mirror.day, mirror.countries, mirror.tags)
    return {copies.COPY_KEY: copy}


def page_gone(request: HttpRequest) -> HttpResponse:
    return errors.refused_page(request, AddressExpired())


FIND_HELP = ExportedSite(
    name="find-help",
    hosts=lambda: settings.PUBLIC_HOSTS,
    headers=find_help_headers,
    languages=access.languages,
    environ=lambda mirror: {MIRROR_KEY: mirror},
    start_paths=find_help_paths,
    files=lambda _mirror: iter(()),
    error_pages={404: errors.error_404, 410: page_gone, 500: errors.error_500},
    sealed_paths="/[A-Za-z-]+/r/",
    reads_directory=True,
)
PROGRAMME = ExportedSite(
    name="programme",
    hosts=lambda: settings.PROGRAMME_HOSTS,
    headers=programme_headers,
    languages=page_texts.site_languages,
    environ=programme_environ,
    start_paths=programme_paths,
    files=programme_files,
    error_pages={404: enquiry_form.not_found, 500: enquiry_form.failed},
    sealed_paths="",
    reads_directory=False,
)
SITES: Mapping[str, ExportedSite] = {site.name: site for site in (FIND_HELP, PROGRAMME)}
