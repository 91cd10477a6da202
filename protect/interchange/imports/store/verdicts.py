"""Rows beside what the directory has of their source: what becomes of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_noop as _

from protect.directory.enums import Audience, Status
from protect.directory.facts.cells import Code, Trouble
from protect.directory.models import FactCheck, Service
from protect.interchange.hsds import store as hsds
from protect.interchange.imports.rows import statements
from protect.interchange.imports.rows.drafts import Read
from protect.interchange.imports.rows.report import Fate
from protect.interchange.imports.rows.statements import Told, is_echo
from protect.kernel.ids import short_code, stable_uuid

TOLD = ("id", "source_id", "professionals_only")  # of a service, beside its document


@dataclass(frozen=True, slots=True)
class Known:
    """A service of this source as the database has it."""

    key: UUID
    digest: str
    country: str
    is_edited: bool  # or checked: an import must not overwrite it
    is_listed: bool  # neither withdrawn nor merged into another entry
    version: int


def service_id(source: str, source_id: str) -> UUID:
    """Return the id under which a row of a source is known for ever."""
    return stable_uuid("service", source, source_id)


def known_of(source: str, ids: Collection[str] | None = None) -> dict[str, Known]:
    """Return the services of a source, by their ids there: those of `ids`, else all."""
    services = Service.objects.filter(source=source)
    checks = FactCheck.objects.filter(service__source=source)
    if ids is not None:
        services = services.filter(source_id__in=ids)
        checks = checks.filter(service__source_id__in=ids)
    checked = set(checks.values_list("service_id", flat=True))
    columns = ("id", "source_id", "source_digest", "country_id", "version", "source_version")
    standing = ("status", "merged_into_id")
    return {
        source_id: Known(
            key,
            digest,
            country,
            version > imported or key in checked,
            status != Status.WITHDRAWN and merged is None,
            version,
        )
        for key, source_id, digest, country, version, imported, status, merged in (
            services.values_list(*columns, *standing)
        )
    }


def protected_of(source: str, ids: Collection[str] | None = None) -> frozenset[str]:
    """Return the ids at a source of services whose address is never stored: `ids`, else all."""
    rows = Service.objects.filter(source=source, address_audience=Audience.NEVER_STORED)
    if ids is not None:
        rows = rows.filter(source_id__in=ids)
    return frozenset(rows.values_list("source_id", flat=True))


def short_codes(source: str = "", ids: Collection[str] = ()) -> dict[str, UUID]:
    """Return every short address with its service; of `ids` at a source only those they want."""
    rows = Service.objects.all()
    if ids:
        rows = rows.filter(short__in=[_short(service_id(source, each)) for each in ids])
    return dict(rows.values_list("short", "id"))


def echoes_of(reads: Iterable[Read], known: Mapping[str, Known]) -> frozenset[str]:
    """Return the ids of rows that say what we say ourselves: a file of ours that comes back.

    A few queries for all rows together; none where every row is as it was.
    """
    rows = {
        known[read.source_id].key: read
        for read in reads
        if read.draft
        and read.source_id in known
        and known[read.source_id].digest != read.draft.digest
    }
    found = Service.objects.filter(pk__in=rows).order_by("pk")
    only = dict(found.values_list("pk", "professionals_only")) if rows else {}
    return frozenset(
        rows[entry.service.id].source_id
        for entry in (hsds.read(found) if rows else ())
        for told in [Told(entry, rows[entry.service.id].source_id, only[entry.service.id])]
        if is_echo(rows[entry.service.id].cells, told)
    )


def standing_of(source: str, ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Return what these services of a source say in the columns of a file, by their ids there.

    What a file without a column leaves as it is. A few queries for all of them together.
    """
    rows = Service.objects.filter(source=source, source_id__in=ids).order_by("pk")
    told = {key: (name, only) for key, name, only in rows.values_list(*TOLD)}
    return {
        name: statements.said(Told(entry, name, only))
        for entry in (hsds.read(rows) if told else ())
        for name, only in [told[entry.service.id]]
    }


def stated_of(service: Service) -> dict[str, str]:
    """Return what a service says in the columns of a file. Where a shelter is, is nowhere."""
    (entry,) = hsds.read(Service.objects.filter(pk=service.pk).order_by("pk"))
    return statements.cells(Told(entry, service.source_id, service.professionals_only))


def fate_of(
    read: Read,
    source: str,
    known: Mapping[str, Known],
    taken: dict[str, UUID],
    echoes: Collection[str] = frozenset(),
) -> tuple[Fate, tuple[Trouble, ...]]:
    """Return what becomes of a row beside what the directory has, and what to look at.

    `taken`: `short_codes`; a new service adds its own. `echoes`: `echoes_of` these rows.
    """
    if read.is_reference:
        return Fate.REFERENCE, read.troubles
    if read.draft is None:
        return Fate.ERROR, read.troubles
    old = known.get(read.source_id)
    if old is None:
        return _fate_of_new(read, source, taken)
    if old.digest == read.draft.digest or read.source_id in echoes:
        return Fate.UNCHANGED, read.troubles
    return (Fate.CONFLICT if old.is_edited else Fate.UPDATED), read.troubles


def _fate_of_new(
    read: Read, source: str, taken: dict[str, UUID]
) -> tuple[Fate, tuple[Trouble, ...]]:
    """Refuse a second service at one short address: printed addresses must stay."""
    key = service_id(source, read.source_id)
    other = taken.setdefault(_short(key), key)
    if other == key:
        return Fate.CREATED, read.troubles
    clash = Trouble(
        Code.SHORT_CODE_TAKEN,
        "source_id",
        _("Its short address belongs to another service."),
        _("give the row another source_id."),
        refuses=True,
    )
    return Fate.ERROR, (*read.troubles, clash)


def _short(key: UUID) -> str:
    return short_code("service", str(key))
