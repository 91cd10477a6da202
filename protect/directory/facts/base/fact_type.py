"""Base class of all facts of a service, for packages that handle every fact alike."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from protect.directory import enums, service_models
from protect.directory.facts.base import fields, tables
from protect.directory.facts.base.cells import Cells
from protect.directory.facts.base.tables import FactTable, Values

type Related = Mapping[str, Sequence[Any]]  # rows of a service, by the related name on Service


class Evidence(NamedTuple):
    """A table in which a row shows that a service has a fact that can be checked."""

    model: type[Model]
    channel: enums.Channel | None = None

    def rows(self) -> QuerySet[Any]:
        """Return the rows of all services; if `channel` is set, only the hours of this channel."""
        rows = self.model._default_manager.all()
        return rows.filter(channel=self.channel) if self.channel else rows


class PublicLine(NamedTuple):
    """The public line of a fact: our own sentences, then quotes of the service."""

    codes: tuple[str, ...] = ()  # of our sentences in `FactType.reasons`
    quotes: tuple[str, ...] = ()
    reason: str = ""  # the code that matching shows with its answers


class FactType:
    """Base class of a kind of fact: its tables, form, labels, file columns and HSDS field."""

    code: ClassVar[enums.Fact]
    label: ClassVar[Promise]
    fields_class: ClassVar[type[fields.FactFields]]  # in forms
    tables: ClassVar[tuple[FactTable, ...]] = ()
    # A fact without evidence tables is checked at every service, even if nothing is recorded.
    evidence: ClassVar[tuple[Evidence, ...]] = ()
    mode: ClassVar[enums.Mode | None] = None  # services with this mode have the fact too
    # Harm of a wrong value, 0 to 10; None: the weight is in verification/data/harm.toml.
    harm: ClassVar[float | None] = None
    # Whether a service can change it at once by its link; otherwise a moderator decides.
    is_changed_by_link: ClassVar[bool] = False
    columns: ClassVar[tuple[str, ...]] = ()  # columns in imported and exported files
    field: ClassVar[str]  # name of the field in the HSDS document of a service
    # JSON Schemas of fields that our profile adds to the service of the standard, by name.
    properties: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    public_label: ClassVar[Promise | None] = None  # None: no page shows the `public_line`
    # Code and label of the visitor's report of a wrong value; facts may share a code.
    complaint: ClassVar[tuple[str, Promise] | None] = None
    reasons: ClassVar[Mapping[str, Promise]] = {}  # code → sentence of matching

    def blank(self) -> Values:
        """Return the values of a fact about which nothing is known."""
        return {table.key: [] for table in self.tables}

    def desk_lines(self, values: Mapping[str, Any]) -> Iterator[str]:
        """Yield the values as lines for the desk; no line for an unknown value."""
        raise NotImplementedError

    def read(self, service: service_models.Service) -> Values:
        """Return the stored values of a service, always in the same order."""
        return {table.key: tables.read_values(service.pk, table) for table in self.tables}

    def write(
        self, service: service_models.Service, values: Mapping[str, Any], *, at: datetime
    ) -> None:
        """Write the given values of a locked service. A key that is left out keeps its value."""
        for table in self.tables:
            if table.key in values:
                tables.write_rows(table, {service.pk: values[table.key]})

    def cells(self, related: Related) -> Mapping[str, str]:
        """Return the rows of a service as cells of `columns`, the inverse of `read_cells`."""
        return {}

    def read_cells(self, cells: Cells, country: str) -> Mapping[str, list[Values]]:
        """Return the values in an imported row by `FactTable.key`; add problems to `cells`."""
        return {}

    def document(self, related: Related, at: datetime) -> Mapping[str, Any]:
        """Return the fields of the HSDS document that show this fact as of `at`, in English.
        Texts are returned as stored and ids as UUID: the caller removes markup and empty fields."""
        return {}

    def public_line(self, related: Related) -> PublicLine:
        """Return the line that the public page shows under `public_label`."""
        return PublicLine()


def attributes(row: object, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
