"""What every fact of a service offers to the packages above, which loop over the registry."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from protect.directory import enums, service_models
from protect.directory.facts.base import fields, tables
from protect.directory.facts.base.cells import Cells
from protect.directory.facts.base.tables import Table, Values

type Related = Mapping[str, Sequence[Any]]  # rows of a service, by the name that Service gives them


class Evidence(NamedTuple):
    """Rows of which one makes a fact worth checking."""

    model: type[Model]
    channel: enums.Channel | None = None

    def rows(self) -> QuerySet[Any]:
        rows = self.model._default_manager.all()
        return rows.filter(channel=self.channel) if self.channel else rows


class PublicLine(NamedTuple):
    """What the public reads of a fact: sentences of ours, then the service's own words.
    `reason` is a code of `FactType.reasons`: matching tells it with its answers."""

    lines: tuple[Promise | str, ...] = ()
    quotes: tuple[str, ...] = ()
    reason: str = ""


class FactType:
    """One fact of a service. It knows nothing of addresses: `protection` reads what it declares."""

    code: ClassVar[enums.Fact]
    label: ClassVar[Promise]
    part: ClassVar[type[fields.Part]]  # of a form
    tables: ClassVar[tuple[Table, ...]] = ()
    # Without evidence a fact is worth checking also where no value of it is recorded.
    evidence: ClassVar[tuple[Evidence, ...]] = ()
    mode: ClassVar[enums.Mode | None] = None  # a mode of the service that is evidence as well
    # How much harm it does when it is wrong, 0 to 10; None: verification/data/harm.toml says it.
    harm: ClassVar[float | None] = None
    # Whether a service changes it by its own link at once; else a moderator decides.
    is_changed_by_link: ClassVar[bool] = False
    columns: ClassVar[tuple[str, ...]] = ()  # of files that are imported and exported
    field: ClassVar[str]  # of the HSDS document of a service, in which the fact stands
    # JSON Schemas of fields that our profile adds to the service of the standard, by name.
    properties: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    public_label: ClassVar[Promise | None] = None  # None: the public page has no line of its own
    # What a visitor reports when it is wrong: a code, which facts may share, and its words.
    complaint: ClassVar[tuple[str, Promise] | None] = None
    reasons: ClassVar[Mapping[str, Promise]] = {}  # sentences by code, without a cost in minutes

    def blank(self) -> Values:
        """Return the values of a fact of which nothing is known."""
        return {table.key: [] for table in self.tables}

    def words(self, values: Mapping[str, Any]) -> Iterator[str]:
        """Yield the values as lines of the desk, one for each part; none for unknown."""
        raise NotImplementedError

    def read(self, service: service_models.Service) -> Values:
        """Return the values as they are stored, always in the same order."""
        return {table.key: tables.read(service.pk, table) for table in self.tables}

    def write(
        self, service: service_models.Service, values: Mapping[str, Any], *, at: datetime
    ) -> None:
        """Write values; a key that is left out keeps its value. The service is locked."""
        for table in self.tables:
            if table.key in values:
                tables.write(table, {service.pk: values[table.key]})

    def cells(self, related: Related) -> Mapping[str, str]:
        """Return the rows as cells of `columns`, as `read_cells` reads them."""
        return {}

    def read_cells(self, cells: Cells, country: str) -> Mapping[str, list[Values]]:
        """Return rows by the key of their table; troubles go to `cells`."""
        return {}

    def document(self, related: Related, at: datetime) -> Mapping[str, Any]:
        """Return fields of the HSDS document of a service at an instant, in English.
        Texts as they are stored, ids as UUID: the reader takes out markup and what is empty."""
        return {}

    def public_line(self, related: Related) -> PublicLine:
        """Return the line of the public page under `public_label`."""
        return PublicLine()


def picked(row: object, *names: str) -> dict[str, Any]:
    """Return attributes of a row by their names."""
    return {name: getattr(row, name) for name in names}
