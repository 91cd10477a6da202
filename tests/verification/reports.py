"""Helpers for report tests: new reports, and snapshots of the rows that a report may change."""

from typing import Any

from protect.directory.models import DirectoryVersion, FactCheck, Service
from protect.verification.enums import Reporter
from protect.verification.models import Correction, QueueItem
from tests.verification.nights import NOW


def report_rows() -> list[list[dict[str, Any]]]:
    """Return all rows of the tables that a report may change."""
    rows = (Correction, FactCheck, QueueItem, DirectoryVersion)
    return [list(model._default_manager.order_by("pk").values()) for model in rows]


def make_report(
    service: Service, *facts: str, reporter: str = Reporter.PUBLIC, **given: Any
) -> Correction:
    """Create an undecided report."""
    return Correction.objects.create(
        service=service,
        country_id=service.country_id,
        reporter=reporter,
        facts=sorted(facts),
        created=given.pop("created", NOW),
        **given,
    )
