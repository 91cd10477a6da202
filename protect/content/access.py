"""Which users may read and change pages at the desk. Pages belong to the whole consortium."""

from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import get_language

from protect.audit.context import AuditContext
from protect.content.enums import PageKind, SegmentKind
from protect.content.models import Page, PageState, Release, Segment
from protect.orgs.access import get_row
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import formats, vocabulary

PERMISSIONS = (
    Permission.TRANSLATE,
    Permission.WRITE_PAGES,
    Permission.WRITE_MATERIALS,
    Permission.REVIEW_PAGES,
    Permission.RELEASE_PAGES,
)


def may(scope: Scope, permission: Permission) -> bool:
    return bool(scope.organisations_where(permission))


def permitted_context(scope: Scope, permission: Permission, *, at: datetime) -> AuditContext:
    """Return the audit context of a user with a permission. Errors: PermissionDenied."""
    organisations = sorted(scope.organisations_where(permission))
    if not organisations:
        raise PermissionDenied
    return scope.audit(organisations[0], at=at)


def writing_permission(kind: str) -> Permission:
    """Return the permission that a user needs to write the source texts of pages of a kind."""
    is_material = kind == PageKind.MATERIAL
    return Permission.WRITE_MATERIALS if is_material else Permission.WRITE_PAGES


def takes_part(scope: Scope) -> bool:
    """Return whether the user has some permission for pages."""
    return any(may(scope, permission) for permission in PERMISSIONS)


def must_take_part(scope: Scope) -> None:
    """Check that the user has some permission for pages. Errors: PermissionDenied."""
    if not takes_part(scope):
        raise PermissionDenied


def language_choices(*, except_tag: str = "") -> list[tuple[str, str]]:
    """Return tags and names, in the language of the desk, of the languages that have texts."""
    rows = [row for row in vocabulary.languages().values() if row.has_text]
    named = [(row.tag, formats.language_name(row.tag, get_language() or "en")) for row in rows]
    return sorted((pair for pair in named if pair[0] != except_tag), key=lambda pair: pair[1])


def titled_pages() -> list[tuple[Page, str]]:
    """Return all pages with the titles of their newest revisions, by title."""
    titles = Segment.objects.filter(kind=SegmentKind.TITLE).order_by("revision__number")
    by_page = dict(titles.values_list("revision__page_id", "text"))
    pairs = [(page, by_page[page.pk]) for page in Page.objects.all() if page.pk in by_page]
    return sorted(pairs, key=lambda pair: pair[1])


def counted_pages(tag: str) -> Iterator[tuple[Page, str, dict[str, int]]]:
    """Yield all pages with title and how many texts have each state in a language."""
    rows = PageState.objects.filter(language=tag).values_list("page_id", "counts")
    counts = dict(rows)
    yield from ((page, title, counts.get(page.pk, {})) for page, title in titled_pages())


def get_page(scope: Scope, code: str) -> Page:
    """Return a page. Errors: PermissionDenied; Http404."""
    must_take_part(scope)
    return get_row(Page.objects.all(), code=code)


def get_release(scope: Scope, tag: str, number: int) -> Release:
    """Return a release. Errors: PermissionDenied; Http404."""
    must_take_part(scope)
    return get_row(Release.objects.all(), language=tag, number=number)
