"""Organisations as documents, with the services that they run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from protect.directory.models import Organisation
from protect.interchange.hsds import store
from protect.interchange.hsds.services import GONE, full, listed, organisation
from protect.interchange.hsds.variants import Variant, fitted
from protect.kernel import clock


def organisations(
    found: QuerySet[Organisation], variant: Variant, *, is_full: bool, has_services: bool
) -> Iterator[dict[str, Any]]:
    """Yield these organisations; `is_full` with their services, `has_services` with those in full.

    One that runs nothing any more stays as "Withdrawn", like its services.
    """
    now = clock.now()
    for row, is_open, entries in store.read_organisations(
        found, is_full=is_full, has_services=has_services
    ):
        if not is_open:
            yield {"id": str(row.id), "name": GONE, "description": GONE}
            continue
        document = organisation(row, is_full=is_full)
        if is_full:
            document["services"] = [
                full(entry, now) if has_services else listed(entry) for entry in entries
            ]
        yield fitted(document, "organization", variant)
