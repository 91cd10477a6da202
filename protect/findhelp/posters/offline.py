"""Booklets and offline files of an area: the pages about rights and the services, for people
without internet."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from protect.content import released
from protect.content.enums import PageKind
from protect.content.released import Pages
from protect.findhelp import addresses
from protect.findhelp.errors import FindHelpRefusal
from protect.findhelp.paper import booklets, offline_files
from protect.findhelp.paper.booklets import Booklet
from protect.findhelp.posters import papers
from protect.reference import vocabulary
from protect.reference.lookup import store

MAX_FILE_BYTES = 2_000_000  # of an offline file: what a messenger sends over a slow connection
# Audit actions: a booklet, or an offline file, was downloaded.
BOOKLET_ACTION, FILE_ACTION = "directory.print_booklet", "directory.write_offline_file"


class Edition(NamedTuple):
    """The booklet of an area in a language, and how much of it is in another language."""

    booklet: Booklet
    services: int  # printed in full
    pages: int  # about rights
    in_other_language: int  # of these, those with a text or fact in another language
    other_languages: tuple[str, ...]  # tags of these languages


def build_edition(spot: addresses.Spot, tag: str, at: datetime) -> Edition:
    """Return the edition of a country or region in a language. Errors:
    findhelp_language_not_printed, findhelp_book_too_large, findhelp_no_pages."""
    book = papers.build_directory(spot, tag, at)
    country, _area = papers.country_and_area(spot)
    pages = released_pages(tag)
    others = booklets.other_languages(pages, country, tag, at)
    entries = (town.entries for chapter in book.chapters for town in chapter.towns)
    return Edition(
        booklets.build_booklet(book, pages, country, at),
        services=sum(map(len, entries)),
        pages=len(pages),
        in_other_language=len(others),
        other_languages=tuple(sorted(set[str]().union(*others.values()))),
    )


def released_pages(tag: str) -> Pages:
    """Return the pages that are released in a language, or in the first one of its fallback chain
    that has any. Errors: findhelp_no_pages."""
    for language in vocabulary.fallback_chain(tag):
        if pages := released.pages_in(language, PageKind.RIGHTS):
            return pages
    raise FindHelpRefusal("findhelp_no_pages", name=tag)


def offline_file(spot: addresses.Spot, tag: str, at: datetime) -> bytes:
    """Return the offline file of a country or region as HTML. Errors: those of `build_edition`;
    findhelp_file_too_large, with the regions of which a file would be small enough."""
    content = offline_files.html_file(build_edition(spot, tag, at).booklet)
    if len(content) > MAX_FILE_BYTES:
        smaller = ", ".join(_smaller_areas(spot, tag, at)) or "–"
        raise FindHelpRefusal(
            "findhelp_file_too_large",
            found=len(content) // 1000,
            limit=MAX_FILE_BYTES // 1000,
            smaller=smaller,
        )
    return content


def download(spot: addresses.Spot, tag: str, at: datetime, kind: str) -> tuple[str, bytes]:
    """Return the name, which reveals nothing, and the content of an offline file (`kind` "html"),
    of a booklet to staple ("imposed") or to read. Errors: those of `offline_file`."""
    if kind == "html":
        return "info-5.html", offline_file(spot, tag, at)
    make_pdf = booklets.imposed_pdf if kind == "imposed" else booklets.booklet_pdf
    return "info-5.pdf", make_pdf(build_edition(spot, tag, at).booklet)


def _smaller_areas(spot: addresses.Spot, tag: str, at: datetime) -> Iterator[str]:
    """Yield code and name of each part of a country or region whose file would be small enough."""
    country, area = papers.country_and_area(spot)
    for part in store.areas().values():
        if part.country_id == country and (part.parent_id or "") == area:
            inside = addresses.anywhere_in(part.code, part.name)
            content = offline_files.html_file(build_edition(inside, tag, at).booklet)
            if len(content) <= MAX_FILE_BYTES:
                yield f"{part.code} ({part.name})"
