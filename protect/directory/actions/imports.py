"""Bringing the services of a source up to date with its file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from protect.directory.actions.versions import touch
from protect.directory.importing import store
from protect.directory.importing.reading import Table
from protect.directory.importing.report import Report


def import_services(
    table: Table, *, publish: bool, dry_run: bool, at: datetime, say: Callable[[int, int], None]
) -> Report:
    """Bring the services of one source up to date with a table, in one transaction.

    `publish` shows new rows of good confidence at once, as a demo may; otherwise they wait for
    review. `dry_run` does everything and takes it back. `say` hears rows done and rows in all.
    """
    with transaction.atomic():
        touch()
        report = store.import_table(table, publish=publish, at=at, say=say)
        if dry_run or not report.has_changes:
            transaction.set_rollback(True)
    return report
