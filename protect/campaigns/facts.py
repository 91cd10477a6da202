"""Figures about campaigns, for reports. Downloads are never counted as copies."""

from collections.abc import Callable, Mapping

from protect.campaigns.distribution.models import Distribution, Reach
from protect.trainings.base.facts import FactQuery, Figure, sum_cells


def copies_distributed(query: FactQuery) -> Figure:
    """Return the copies that were given out in the period, by the log as it was at `query.at`."""
    rows = Distribution.objects.as_of(query.at).filter(day__gte=query.starts, day__lt=query.ends)
    rows = query.narrow(rows, "file__country", "file__organisation").order_by("day", "pk")
    columns = ("file__country", "file__language", "file__material__kind", "day", "copies")
    entries = list(rows.values_list(*columns, "file__material__code"))
    return Figure(
        unit="copy",
        axes=("country", "language", "kind", "month"),
        cells=sum_cells(
            ((country, language, kind, f"{day:%Y-%m}"), copies)
            for country, language, kind, day, copies, _code in entries
        ),
        evidence=tuple(dict.fromkeys(entry[-1] for entry in entries)),
    )


def people_reached(query: FactQuery) -> Figure:
    """Return the number of people that campaigns reached in the period, by method. Figures of
    different methods measure different things and are not to be added."""
    rows = Reach.objects.as_of(query.at).filter(day__gte=query.starts, day__lt=query.ends)
    rows = query.narrow(rows, "country", "organisation").order_by("day", "pk")
    entries = list(rows.values_list("country", "method", "people", "campaign__code"))
    return Figure(
        unit="reach",
        axes=("country", "method"),
        cells=sum_cells(((country, method), people) for country, method, people, _code in entries),
        evidence=tuple(dict.fromkeys(entry[-1] for entry in entries)),
    )


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "campaigns.copies": copies_distributed,
    "campaigns.reach": people_reached,
}
