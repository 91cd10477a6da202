"""Released pages about rights, and the editions of an area that tests make of them."""

from protect.audit.context import AuditContext
from protect.content import released
from protect.content.enums import PageKind
from protect.content.releases import actions
from protect.findhelp.paper import booklets, books
from protect.findhelp.paper.booklets import Booklet
from protect.findhelp.posters import offline, papers
from protect.findhelp.posters.offline import Edition
from protect.kernel import clock
from protect.matching.services.rows import ServiceRow
from tests.findhelp.paper.demo import AT, URL


def release(*tags: str) -> None:
    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    actions.release_languages(tags, audit)


def edition(area: str, tag: str) -> Edition:
    """Return the edition of an area in a language, in which the pages are released."""
    release(tag)
    return offline.build_edition(papers.area_named(area), tag, AT)


def booklet_of(rows: list[ServiceRow], tag: str = "en") -> Booklet:
    """Return the booklet of an invented area of Belgium with these services."""
    release(tag)
    options = books.BookOptions("BE", "", "Demo area", tag, URL)
    book = books.build_book(rows, options, AT)
    return booklets.build_booklet(book, released.pages_in(tag, PageKind.RIGHTS), "BE", AT)
