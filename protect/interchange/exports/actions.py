"""Services as a file of any kind. The audit records who takes it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from protect.audit.context import AuditContext
from protect.interchange.exports import calendars, cards, geojson, json_ld, store, tabular
from protect.interchange.exports.store import Exported, Head, Wanted
from protect.orgs.scope import NOBODY, Scope

type Say = Callable[[int], None]  # hears how many services are written


class Format(NamedTuple):
    """A file format. `with_gone`: it can mark services as withdrawn."""

    code: str
    suffix: str
    media_type: str
    write: Callable[[Iterable[Exported], Head], Iterator[bytes]]
    with_gone: bool = False


FORMATS: Mapping[str, Format] = {
    each.code: each
    for each in (
        Format("csv", ".csv", "text/csv; charset=utf-8", tabular.write_sheet),
        Format("hsds", ".ndjson", "application/x-ndjson", tabular.write_lines, with_gone=True),
        Format("hsds-tables", ".zip", "application/zip", tabular.write_tables, with_gone=True),
        Format("geojson", ".geojson", "application/geo+json", geojson.write),
        Format("json-ld", ".jsonld", "application/ld+json", json_ld.write),
        Format("ical", ".ics", "text/calendar; charset=utf-8", calendars.write),
        Format("vcard", ".vcf", "text/vcard; charset=utf-8", cards.write),
    )
}


def count(kind: Format, wanted: Wanted) -> int:
    return store.services(wanted, with_gone=kind.with_gone).count()


@transaction.atomic
def export(
    scope: Scope | None,
    kind: Format,
    wanted: Wanted,
    *,
    at: datetime,
    say: Say = lambda done: None,
) -> Iterator[bytes]:
    """Return a file piece by piece, and record the download. No scope: the command line's.
    The audit entry stands in the chain of the user's organisation, else in the platform's.
    Errors: PermissionDenied for anonymous users."""
    if scope is not None and scope.user_id is None:
        raise PermissionDenied
    by = scope or NOBODY
    organisation = min(by.organisations, default=None)
    audit = AuditContext(at=at, actor=by.user_id, organisation=organisation)
    audit.record("interchange.export")
    return pieces(kind, wanted, head_of(wanted, at), say)


def head_of(wanted: Wanted, at: datetime) -> Head:
    return Head(at, wanted.readers, settings.IS_DEMO)


def pieces(
    kind: Format, wanted: Wanted, head: Head, say: Say = lambda done: None
) -> Iterator[bytes]:
    """Yield a file piece by piece. Memory does not grow with the number of services."""

    def with_progress() -> Iterator[Exported]:
        services = store.services(wanted, with_gone=kind.with_gone)
        for done, each in enumerate(store.exported(services, wanted.readers, head.at), 1):
            yield each
            say(done)

    return kind.write(with_progress(), head)
