"""What interchange does when an entry changes: the standard's document, rows of imported files."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from protect.directory import extension, models
from protect.directory.protection.erasure import LINKS, SPOT_COLUMNS, Cleaner
from protect.interchange.hsds import services as hsds_services
from protect.interchange.imports.actions.runs import forget_imports
from protect.interchange.imports.files import columns
from protect.interchange.models import ImportRow
from protect.kernel.steps import Step

# Cells of a row with free text. All others hold codes, hours or numbers.
NAME_CELLS = {"service", "organisation"}
TEXT_CELLS = {
    *("description", "notes", "how_to_access", "restrictions", "audience", "area_served"),
    *columns.FACT_COLUMNS,
}


class Extension(extension.Extension):
    """Documents of the standard, and what imports hold of a service."""

    def public_document(
        self, service: models.Service, *, at: datetime
    ) -> Mapping[str, object] | None:
        services = models.Service.objects.known_outside().filter(pk=service.pk).order_by("pk")
        return next(iter(hsds_services.documents(services, at=at)), None)

    def address_spots(self, service: models.Service) -> Iterable[str]:
        """Yield places from imported rows; the city alone is in every text."""
        for row in _rows_about(service):
            for column in SPOT_COLUMNS:
                if column != "city" and row.cells.get(column):
                    yield str(row.cells[column])

    def erase_address(self, service: models.Service, cleaner: Cleaner) -> None:
        """Clean the rows of files about a service, also of those that were never applied."""
        for row in _rows_about(service):
            row.cells = {
                column: "" if column in SPOT_COLUMNS else _clean_cell(column, cell, cleaner)
                for column, cell in row.cells.items()
            }
            # Only the last of each is the row's own: the others are sentences of ours.
            row.troubles = [[*each[:-1], cleaner.value(each[-1])] for each in row.troubles]
            row.save(update_fields=["cells", "troubles"])

    def nightly_steps(self) -> Mapping[str, Step]:
        return {"forget_imports": forget_imports}


def _rows_about(service: models.Service) -> QuerySet[ImportRow]:
    unknown = Q(service=None, run__source=service.source, source_id=service.source_id)
    return ImportRow.objects.filter(Q(service=service) | unknown).order_by("pk")


def _clean_cell(column: str, cell: object, cleaner: Cleaner) -> object:
    if not isinstance(cell, str):
        return cleaner.value(cell)
    if column in LINKS:
        return cleaner.link(cell)
    if column in NAME_CELLS:
        return cleaner.name(cell) if cell else cell
    return cleaner.text(cell) if column in TEXT_CELLS else cleaner.mentions(cell)
