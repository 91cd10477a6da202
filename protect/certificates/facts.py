"""Indicators of certificates: numbers, never a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from protect.certificates.models import Certificate
from protect.trainings.base.facts import FactQuery, Figure, summed


def issued(query: FactQuery) -> Figure:
    """Return certificates by state. A corrected one counts in its newest form."""
    first, after = query.around()
    rows = Certificate.objects.filter(
        issued_at__gte=first, issued_at__lt=after, replaced_by=None
    ).select_related("edition")
    if query.countries:
        rows = rows.filter(edition__country__in=query.countries)
    if query.organisations:
        rows = rows.filter(edition__host__in=query.organisations)
    certificates = [
        each
        for each in rows.order_by("issued_at", "pk")
        if query.has(each.issued_at, each.edition.zone)
    ]
    return Figure(
        unit="item",
        axes=("country", "organisation", "state"),
        cells=summed(
            (
                (
                    each.edition.country_id,
                    str(each.edition.host_id),
                    "revoked" if each.revoked_at else "valid",
                ),
                1,
            )
            for each in certificates
        ),
        evidence=tuple(sorted({each.edition.code for each in certificates})),
    )


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {"certificates.issued": issued}
