"""Bringing the services of a source up to date with its file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from protect.directory.changes import touch
from protect.interchange.imports import mapping_file, store
from protect.interchange.imports.files.reader import Table
from protect.interchange.imports.mapping import proposal
from protect.interchange.imports.mapping_file import MappingFile
from protect.interchange.imports.rows.preparation import Plan
from protect.interchange.imports.rows.report import Report


def mapped_table(table: Table, mapping: MappingFile) -> Table:
    """Return a table with its columns mapped to ours.

    Nothing of where a shelter is comes with it. Errors: NothingMapped, PlacesUnnamed,
    FileNotReadable.
    """
    columns = mapping_file.chosen(table, mapping)
    places = proposal.places(table.columns, mapping.kept)
    left_out = [name for name in table.columns if name not in {*columns.values(), *places}]
    plan = Plan(
        columns=columns,
        chosen=mapping.values,
        country=mapping.country,
        atlas=store.atlas(),
        protected=store.protected_of(table.source),
        spots=[*places, *proposal.spots_beside(table.lines, left_out)],
        fills_country=bool(mapping.country),
    )
    return mapping_file.mapped(table, plan, mapping)


def import_services(
    table: Table, *, publish: bool, dry_run: bool, at: datetime, say: Callable[[int, int], None]
) -> Report:
    """Update the services of one source from a table, in one transaction.

    `publish` shows new rows of good confidence at once, as a demo may; otherwise they wait for
    review. `dry_run` does everything and takes it back. `say` hears rows done and rows in all.
    """
    with transaction.atomic():
        touch()
        report = store.import_table(table, publish=publish, at=at, say=say)
        if dry_run or not report.has_changes:
            transaction.set_rollback(True)
    return report
