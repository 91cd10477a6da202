"""Figures about adaptation checks, for reports. No figure says what a service answered."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Min, QuerySet

from protect.coordination.adaptations.models import Adaptation, AdaptationStep
from protect.trainings.base.facts import FactQuery, Figure, sum_cells

COLUMNS = ("service__country", "organisation", "organisation__zone", "service__short")


class ServiceMoment(NamedTuple):
    """When a service first reached something, with what a figure counts it by."""

    country: str
    organisation: UUID
    zone: str
    short: str
    at: datetime


def services_with_plan(query: FactQuery) -> Figure:
    """Return the services with a plan: those whose first plan of three to five steps was finished
    in the period. A service counts once, however many checks follow, so that quarters add up."""
    rows = Adaptation.objects.filter(planned_at__isnull=False)
    rows = query.narrow(rows, "service__country", "organisation")
    return _figure(query, _first_moments(rows, "", "planned_at"))


def services_adapted(query: FactQuery) -> Figure:
    """Return the services adapted: those of which, in the period, a step of an adaptation check
    first became a fact of the directory, checked with the service and accepted by a moderator where
    one decides. Steps that changed no fact count for nothing, nor do steps that a coordinator
    reopened because the directory says otherwise. A service counts once, so that quarters add up.
    """
    rows = AdaptationStep.objects.published()
    rows = query.narrow(rows, "adaptation__service__country", "adaptation__organisation")
    return _figure(query, _first_moments(rows, "adaptation__", "fact_at"))


def _first_moments(rows: QuerySet[AdaptationStep], path: str, column: str) -> list[ServiceMoment]:
    """Return the first moment of each service. `path`: from a row to its check."""
    columns = [f"{path}{name}" for name in COLUMNS]
    firsts = rows.order_by(*columns).values(*columns).annotate(first=Min(column))
    found: dict[str, ServiceMoment] = {}
    for values in firsts.values_list(*columns, "first"):
        moment = ServiceMoment(*values)
        earlier = found.get(moment.short)
        if earlier is None or moment.at < earlier.at:
            found[moment.short] = moment
    return list(found.values())


def _figure(query: FactQuery, moments: Iterable[ServiceMoment]) -> Figure:
    counted = [
        each for each in moments if each.at <= query.at and query.contains(each.at, each.zone)
    ]
    return Figure(
        unit="item",
        axes=("country", "organisation"),
        cells=sum_cells(((each.country, str(each.organisation)), 1) for each in counted),
        evidence=tuple(sorted(each.short for each in counted)),
    )


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "coordination.services_with_plan": services_with_plan,
    "coordination.services_adapted": services_adapted,
}
