"""Reports that wait to be judged, and every row that one could change."""

from typing import Any

from protect.directory.models import DirectoryVersion, FactCheck, Service
from protect.verification.enums import Reporter
from protect.verification.models import Correction, QueueItem
from tests.verification.nights import NOW


def kept() -> list[list[dict[str, Any]]]:
    """Return everything that a report could change."""
    rows = (Correction, FactCheck, QueueItem, DirectoryVersion)
    return [list(model._default_manager.order_by("pk").values()) for model in rows]


def told(
    service: Service, *facts: str, reporter: str = Reporter.PUBLIC, **given: Any
) -> Correction:
    """Return a report that waits to be judged."""
    return Correction.objects.create(
        service=service,
        country_id=service.country_id,
        reporter=reporter,
        facts=sorted(facts),
        created=given.pop("created", NOW),
        **given,
    )
