"""Figures about procedures, for reports. A version whose seal does not fit is not counted."""

from collections.abc import Callable, Mapping

from django.db.models import QuerySet

from protect.coordination.procedures.models import ProcedureReview, ProcedureVersion
from protect.trainings.base.facts import FactQuery, Figure, sum_cells

REGION = "region"  # the category of procedures of the whole region, on the axis of countries
GROUP = ("procedure__group__country", "procedure__group__organisation")


def procedures_developed_or_reviewed(query: FactQuery) -> Figure:
    """Return the procedures of which a version came into force in the period, or that were reviewed
    without a change: each once as `developed` (the first version) or as `reviewed`."""
    versions = _versions_in_force(query).filter(
        in_force_from__gte=query.starts, in_force_from__lt=query.ends
    )
    found = {}
    for version in _sealed(versions):
        found[version.procedure_id, _change(version.number)] = version
    reviews = ProcedureReview.objects.filter(
        reviewed_on__gte=query.starts, reviewed_on__lt=query.ends, recorded_at__lte=query.at
    )
    columns = (f"version__{name}" for name in GROUP)
    rows = query.narrow(reviews, *columns).select_related("version__procedure__group")
    for review in rows.order_by("reviewed_on", "pk"):
        if review.version.is_sealed():
            found.setdefault((review.version.procedure_id, "reviewed"), review.version)
    return Figure(
        unit="procedure",
        axes=("country", "kind", "change"),
        cells=sum_cells(
            ((*_cell(version), change), 1) for (_procedure, change), version in found.items()
        ),
        evidence=tuple(dict.fromkeys(str(procedure) for procedure, _change in found)),
    )


def procedures_in_force(query: FactQuery) -> Figure:
    """Return the procedures in force on the last day of the period, also those past their review,
    which have a category of their own."""
    versions = _versions_in_force(query).filter(in_force_from__lt=query.ends)
    newest = {version.procedure_id: version for version in _sealed(versions)}
    return Figure(
        unit="procedure",
        axes=("country", "kind", "review"),
        cells=sum_cells(
            ((*_cell(version), _review(version, query)), 1) for version in newest.values()
        ),
        evidence=tuple(map(str, newest)),
    )


def _versions_in_force(query: FactQuery) -> QuerySet[ProcedureVersion]:
    rows = ProcedureVersion.objects.filter(put_in_force_at__lte=query.at)
    return query.narrow(rows, *GROUP)


def _sealed(rows: QuerySet[ProcedureVersion]) -> list[ProcedureVersion]:
    rows = rows.select_related("procedure__group").order_by("procedure", "number")
    return [version for version in rows if version.is_sealed()]


def _cell(version: ProcedureVersion) -> tuple[str, str]:
    procedure = version.procedure
    return procedure.group.country_id or REGION, procedure.kind


def _change(number: int) -> str:
    return "developed" if number == 1 else "reviewed"


def _review(version: ProcedureVersion, query: FactQuery) -> str:
    is_past = version.review_by is not None and version.review_by < query.ends
    return "overdue" if is_past else "in_time"


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "coordination.procedures_developed_or_reviewed": procedures_developed_or_reviewed,
    "coordination.procedures_in_force": procedures_in_force,
}
