"""What may be counted of certificates: numbers, never a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from protect.certificates.models import Certificate
from protect.trainings.base.facts import Asked, Figure, summed


def issued(asked: Asked) -> Figure:
    """Return certificates by how they stand. One that was corrected counts in its newest form."""
    first, after = asked.around()
    rows = Certificate.objects.filter(
        issued_at__gte=first, issued_at__lt=after, replaced_by=None
    ).select_related("edition")
    if asked.countries:
        rows = rows.filter(edition__country__in=asked.countries)
    if asked.organisations:
        rows = rows.filter(edition__host__in=asked.organisations)
    told = [
        each
        for each in rows.order_by("issued_at", "pk")
        if asked.has(each.issued_at, each.edition.zone)
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
            for each in told
        ),
        evidence=tuple(sorted({each.edition.code for each in told})),
    )


FACTS: Mapping[str, Callable[[Asked], Figure]] = {"certificates.issued": issued}
