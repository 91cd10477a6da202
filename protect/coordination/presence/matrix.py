"""The matrix organisation × need × region × target group of a country. Services of the directory
say who does what where; forms of organisations add capacity and end of funding."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from protect.coordination.presence import axes
from protect.coordination.presence.access import readable_services
from protect.coordination.presence.models import Provision
from protect.directory.enums import CriterionKind, CriterionOperator
from protect.directory.models import Service
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup

TAKES = frozenset(
    {
        CriterionOperator.ONLY,
        CriterionOperator.INCLUDES,
        CriterionOperator.FIRST,
        CriterionOperator.SPECIALISED,
    }
)
ADULT_AGE = 18  # years
GROUP_BY_CATEGORY = {
    "men": "m",
    "lgbtqi": "lgbtqi",
    "disability": "disability",
    "trafficking": "trafficking",
    "child-protection": axes.CHILDREN,
}


class Line(NamedTuple):
    """What one organisation does about one need in one region. `region`: "" is the whole country,
    None is not known. `groups`: those that its services name; empty if none names any."""

    organisation: UUID
    name: str
    need: str
    region: str | None
    groups: frozenset[str]
    capacity: int | None  # people a month
    funded_until: date | None

    def is_unfunded(self, today: date) -> bool:
        return self.funded_until is not None and self.funded_until < today


class Cell(NamedTuple):
    """The organisations of one need in one region, with those of the whole country."""

    need: str
    region: str
    lines: list[Line]

    @property
    def is_gap(self) -> bool:
        return not self.lines

    @property
    def is_overlap(self) -> bool:
        return len(self.lines) > 1


@dataclass(frozen=True, slots=True)
class MatrixQuery:
    """What the matrix is about; an empty value leaves nothing out."""

    country: str
    need: str = ""
    region: str = ""
    group: str = ""
    organisation: str = ""


@dataclass
class Matrix:
    query: MatrixQuery
    lines: list[Line]
    cells: list[Cell] = field(default_factory=list)

    @property
    def gaps(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_gap]

    @property
    def overlaps(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_overlap]

    @property
    def organisations(self) -> dict[UUID, str]:
        """Return the names of the organisations by id, sorted by name."""
        names = {line.organisation: line.name for line in self.lines}
        return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))

    @property
    def unplaced(self) -> list[Line]:
        """Return the lines of services that do not say where they work."""
        return [line for line in self.lines if line.region is None]


def build_matrix(query: MatrixQuery) -> Matrix:
    """Return the matrix of a country, filtered, with a cell for each need and region."""
    lines = [line for line in country_lines(query.country) if _matches(line, query)]
    matrix = Matrix(query, sorted(lines, key=_sort_key))
    matrix.cells = list(_cells(query, matrix.lines))
    return matrix


def country_lines(country: str) -> list[Line]:
    """Return all lines of a country, one for each organisation, need and region."""
    services = readable_services(country).select_related("organisation")
    rows = services.prefetch_related("categories", "areas", "criteria").order_by("pk")
    regions_by_service = _location_regions(country)
    groups: defaultdict[tuple[UUID, str, str | None], set[str]] = defaultdict(set)
    names: dict[UUID, str] = {}
    for service in rows:
        names[service.organisation_id] = service.organisation.name
        service_groups = groups_of(service)
        regions = regions_of(service) or regions_by_service.get(service.pk) or {None}
        for need in needs_of(service):
            for region in regions:
                groups[service.organisation_id, need, region] |= service_groups
    provisions = _provisions(names)
    empty = Provision()
    lines = []
    for (organisation, need, region), found in groups.items():
        known = provisions.get((organisation, need), empty)
        facts = frozenset(found), known.capacity, known.funded_until
        lines.append(Line(organisation, names[organisation], need, region, *facts))
    return lines


def needs_of(service: Service) -> Iterator[str]:
    """Yield the needs of the matrix that a service answers. Needs `categories` loaded."""
    own = {category.code for category in service.categories.all()}
    for code in axes.needs():
        need = vocabulary.needs()[code]
        if own & set(need.categories) and not own & set(need.never):
            yield code


def regions_of(service: Service) -> set[str | None]:
    """Return the regions that a service says it serves, "" for the whole country. Regions are the
    largest areas; of a protected service a region that is too small to hide it becomes the whole
    country. Needs `areas` loaded."""
    served = list(service.areas.all())
    if service.scope == "national" or any(row.country_id for row in served):
        return {axes.WHOLE_COUNTRY}
    codes = {row.area_id or _area_of_place(row.place_id) for row in served}
    if service.coarse_area_id and not codes:
        codes = {service.coarse_area_id}
    regions: set[str | None] = {axes.region_of(code) for code in codes}
    if service.address_audience != "public":
        coarse = set(lookup.coarse_areas(service.country_id))
        regions = {code if code in coarse else axes.WHOLE_COUNTRY for code in regions}
    return regions - {None}


def groups_of(service: Service) -> set[str]:
    """Return the target groups that a service names as taken. Needs `categories` and `criteria`
    loaded."""
    groups = {
        GROUP_BY_CATEGORY[category.code]
        for category in service.categories.all()
        if category.code in GROUP_BY_CATEGORY
    }
    for row in service.criteria.all():
        takes_all = row.operator == CriterionOperator.ALL
        if row.kind == CriterionKind.GENDER:
            groups |= set("fmx") if takes_all else _taken(row.operator, row.values)
        elif row.kind == CriterionKind.GROUP:
            groups |= _taken(row.operator, row.values)
        elif row.kind == CriterionKind.LEGAL_STATUS:
            is_taken = axes.UNDOCUMENTED in _taken(row.operator, row.values)
            groups |= {axes.UNDOCUMENTED} if takes_all or is_taken else set()
        elif row.kind == CriterionKind.AGE and row.operator == CriterionOperator.RANGE:
            groups |= {axes.CHILDREN} if (row.minimum or 0) < ADULT_AGE else set()
    return groups & set(axes.target_groups())


def _taken(operator: str, values: Iterable[str]) -> set[str]:
    return set(values) if operator in TAKES else set()


def _area_of_place(place: int | None) -> str | None:
    row = lookup.place_rows().get(place) if place else None
    return row.area if row else None


def _location_regions(country: str) -> dict[UUID, set[str | None]]:
    """Return the regions of public addresses by service. Protected locations are never read."""
    rows = readable_services(country).filter(
        address_audience="public", at_locations__location__audience="public"
    )
    pairs = rows.values_list("pk", "at_locations__location__place").distinct().order_by("pk")
    found: defaultdict[UUID, set[str | None]] = defaultdict(set)
    for pk, place in pairs:
        if region := axes.region_of(_area_of_place(place)):
            found[pk].add(region)
    return found


def _provisions(organisations: Iterable[UUID]) -> Mapping[tuple[UUID, str], Provision]:
    rows = Provision.objects.filter(presence__organisation__in=list(organisations))
    pairs = rows.select_related("presence")
    return {(row.presence.organisation_id, row.need): row for row in pairs}


def _matches(line: Line, query: MatrixQuery) -> bool:
    in_region = not query.region or line.region in {query.region, axes.WHOLE_COUNTRY}
    return (
        in_region
        and query.need in {"", line.need}
        and (not query.group or query.group in line.groups)
        and query.organisation in {"", str(line.organisation)}
    )


def _cells(query: MatrixQuery, lines: list[Line]) -> Iterator[Cell]:
    needs = [query.need] if query.need else list(axes.needs())
    regions = [query.region] if query.region else list(axes.regions(query.country))
    by_key: defaultdict[tuple[str, str | None], list[Line]] = defaultdict(list)
    for line in lines:
        by_key[line.need, line.region].append(line)
    for need in needs:
        everywhere = by_key.get((need, axes.WHOLE_COUNTRY), [])
        for region in regions:
            local = by_key.get((need, region), [])
            known = {line.organisation for line in local}
            others = [line for line in everywhere if line.organisation not in known]
            yield Cell(need, region, local + others)


def _sort_key(line: Line) -> tuple[str, str, str]:
    return line.need, line.region or "", line.name.casefold()
