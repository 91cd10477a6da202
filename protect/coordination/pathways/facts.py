"""Figures about pathways, for reports."""

from collections.abc import Callable, Mapping

from protect.coordination.pathways.models import PathwayEdition, PathwayTest
from protect.trainings.base.facts import FactQuery, Figure, sum_cells


def pathways_published(query: FactQuery) -> Figure:
    """Return the pathways of which an edition was published in the period, each once, by need."""
    first, last = query.utc_bounds()
    rows = PathwayEdition.objects.filter(published_at__gte=first, published_at__lt=last)
    rows = rows.filter(published_at__lte=query.at).select_related("pathway__group__organisation")
    rows = query.narrow(rows, "pathway__country", "pathway__group__organisation")
    pathways = {
        edition.pathway_id: edition.pathway
        for edition in rows.order_by("published_at", "pk")
        if query.contains(edition.published_at, edition.pathway.group.organisation.zone)
    }
    return Figure(
        unit="pathway",
        axes=("country", "need"),
        cells=sum_cells(((row.country_id, row.need), 1) for row in pathways.values()),
        evidence=tuple(str(key) for key in pathways),
    )


def pathways_tested(query: FactQuery) -> Figure:
    """Return the pathways that were tested in the period, each once for each kind of test."""
    rows = PathwayTest.objects.filter(
        tested_on__gte=query.starts, tested_on__lt=query.ends, recorded_at__lte=query.at
    )
    rows = query.narrow(
        rows, "edition__pathway__country", "edition__pathway__group__organisation"
    ).order_by("tested_on", "pk")
    columns = ("edition__pathway__country", "kind", "edition__pathway")
    entries = dict.fromkeys(rows.values_list(*columns))
    return Figure(
        unit="pathway",
        axes=("country", "kind"),
        cells=sum_cells(((country, kind), 1) for country, kind, _key in entries),
        evidence=tuple(dict.fromkeys(str(key) for _country, _kind, key in entries)),
    )


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "coordination.pathways_published": pathways_published,
    "coordination.pathways_tested": pathways_tested,
}
