"""Indicators of certificates: numbers, never a name."""

from collections.abc import Callable, Mapping

from protect.certificates.models import Certificate
from protect.trainings.base.facts import FactQuery, Figure, summed


def issued(query: FactQuery) -> Figure:
    """Return certificates by state. A corrected one counts in its newest form."""
    first, after = query.around()
    rows = Certificate.objects.filter(
        issued_at__gte=first, issued_at__lt=after, replaced_by=None
    ).select_related("edition")
    rows = query.narrow(rows, "edition__country", "edition__host")
    counted, codes = [], set()
    for row in rows.order_by("issued_at", "pk"):
        edition, state = row.edition, "revoked" if row.revoked_at else "valid"
        if query.has(row.issued_at, edition.zone):
            counted.append(((edition.country_id, str(edition.host_id), state), 1))
            codes.add(edition.code)
    axes, evidence = ("country", "organisation", "state"), tuple(sorted(codes))
    return Figure(unit="item", axes=axes, cells=summed(counted), evidence=evidence)


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {"certificates.issued": issued}
