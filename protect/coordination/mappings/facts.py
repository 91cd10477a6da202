"""Figures about mappings, for reports."""

from collections.abc import Callable, Mapping

from protect.coordination.mappings.models import Interview, MappingReport, MappingRound
from protect.trainings.base.facts import FactQuery, Figure, sum_cells


def mapping_rounds(query: FactQuery) -> Figure:
    """Return the rounds that ended in the period, by country, and how many have an issued report at
    `query.at`."""
    rows = MappingRound.objects.filter(
        ends_on__gte=query.starts, ends_on__lt=query.ends, created_at__lte=query.at
    )
    rows = query.narrow(rows, "country", "organisation").order_by("ends_on", "pk")
    issued = MappingReport.objects.filter(issued_at__lte=query.at).values("round")
    with_report = set(rows.filter(pk__in=issued).values_list("pk", flat=True))
    entries = list(rows.values_list("pk", "country", "title"))
    return Figure(
        unit="mapping",
        axes=("country", "report"),
        cells=sum_cells(
            ((country, "issued" if pk in with_report else "none"), 1)
            for pk, country, _title in entries
        ),
        evidence=tuple(title for _pk, _country, title in entries),
    )


def mapping_interviews(query: FactQuery) -> Figure:
    """Return the interviews and focus groups held in the period, by country and method. They count
    conversations, not people."""
    rows = Interview.objects.filter(
        held_on__gte=query.starts, held_on__lt=query.ends, entered_at__lte=query.at
    )
    rows = query.narrow(rows, "round__country", "round__organisation")
    entries = rows.order_by("held_on", "pk").values_list("round__country", "method", "round__title")
    found = list(entries)
    return Figure(
        unit="interview",
        axes=("country", "method"),
        cells=sum_cells(((country, method), 1) for country, method, _title in found),
        evidence=tuple(dict.fromkeys(title for _country, _method, title in found)),
    )


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "coordination.mappings": mapping_rounds,
    "coordination.mapping_interviews": mapping_interviews,
}
