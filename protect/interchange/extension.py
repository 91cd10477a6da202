"""Extension of the directory: HSDS documents of services, erasure in imported rows, drafts."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from protect.directory import extension, models
from protect.directory.protection.erasure import LINK_COLUMNS, PLACE_COLUMNS, Cleaner
from protect.interchange.exports.forms import ExportForm
from protect.interchange.hsds import services as hsds_services
from protect.interchange.imports import forms
from protect.interchange.imports.actions.runs import delete_expired_imports
from protect.interchange.imports.files import columns
from protect.interchange.imports.values import shelters
from protect.interchange.models import ImportRow
from protect.kernel.steps import Step
from protect.vault.sign_in.posted import DraftPage

# Columns of an imported row with free text: they lose the sentences that look like an address.
TEXT_CELLS = {
    *("description", "notes", "how_to_access", "restrictions", "audience", "area_served"),
    *columns.FACT_COLUMNS,
}
PAGES = {  # by URL name: title and form of a desk page, by which a kept draft is shown
    # Translators: a page: a file of services is chosen.
    "interchange:import_upload": DraftPage(gettext_lazy("Upload a file"), forms.UploadForm),
    # Translators: a page: in which encoding a file of services is written.
    "interchange:import_encoding": DraftPage(gettext_lazy("Text encoding"), forms.EncodingForm),
    # Translators: a page: which column of a file of services means what.
    "interchange:import_map": DraftPage(gettext_lazy("Map the columns"), forms.ColumnsForm),
    # Translators: a page: which word of a file is which code of ours.
    "interchange:import_words": DraftPage(gettext_lazy("Map the words"), forms.WordsForm),
    # Translators: a page: one row of a file of services.
    "interchange:import_row": DraftPage(gettext_lazy("Row of an import"), forms.RowForm),
    # Translators: a page of the directory: services as a file.
    "interchange:export": DraftPage(gettext_lazy("Export"), ExportForm),
}


class Extension(extension.Extension):
    """Supplies the HSDS document of a service, and cleans the imported rows that hold its data."""

    def public_document(
        self, service: models.Service, *, at: datetime
    ) -> Mapping[str, object] | None:
        services = models.Service.objects.known_to_public().filter(pk=service.pk).order_by("pk")
        return next(iter(hsds_services.documents(services, at=at)), None)

    def known_address_parts(self, service: models.Service) -> Iterable[str]:
        """Yield street, postcode and point from imported rows. The city is left out, because too
        many texts contain it."""
        for row in _import_rows_of(service):
            for column in PLACE_COLUMNS:
                if column != "city" and row.cells.get(column):
                    yield str(row.cells[column])

    def erase_address(self, service: models.Service, cleaner: Cleaner) -> None:
        """Remove the address of a service from imported rows, also from rows never applied."""
        for row in _import_rows_of(service):
            row.cells = {key: _redact_cell(key, cell, cleaner) for key, cell in row.cells.items()}
            # Only the last item of a trouble holds text of the row; the others are our sentences.
            row.troubles = [[*start, cleaner.redact_value(last)] for *start, last in row.troubles]
            row.save(update_fields=["cells", "troubles"])

    def nightly_steps(self) -> Mapping[str, Step]:
        """Return the nightly step that discards overdue imports and deletes old imported rows."""
        return {"forget_imports": delete_expired_imports}


def _import_rows_of(service: models.Service) -> QuerySet[ImportRow]:
    """Return the rows linked to a service, and unlinked rows with its source and source id."""
    same_source_id = Q(service=None, run__source=service.source, source_id=service.source_id)
    return ImportRow.objects.filter(Q(service=service) | same_source_id).order_by("pk")


def _redact_cell(column: str, cell: object, cleaner: Cleaner) -> object:
    if column in shelters.DROPPED_COLUMNS:
        return ""
    if not isinstance(cell, str):
        return cleaner.redact_value(cell)
    if column in LINK_COLUMNS:
        return cleaner.redact_link(cell)
    if column in shelters.NAME_COLUMNS:
        return cleaner.redact_name(cell) if cell else cell
    return cleaner.redact_text(cell) if column in TEXT_CELLS else cleaner.redact_mentions(cell)
