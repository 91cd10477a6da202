from collections.abc import Callable, Mapping

from protect.certificates.models import Certificate
from protect.trainings.base.facts import FactQuery, Figure, sum_cells


def certificates_issued(query: FactQuery) -> Figure:
    """Return the number of certificates issued in the period, by state, without replaced ones."""
    first, after = query.utc_bounds()
    rows = Certificate.objects.filter(issued_at__gte=first, issued_at__lt=after, replaced_by=None)
    rows = query.narrow(rows, "edition__country", "edition__host")
    counts, edition_codes = [], set()
    for row in rows.select_related("edition").order_by("issued_at", "pk"):
        edition, state = row.edition, "revoked" if row.revoked_at else "valid"
        if query.contains(row.issued_at, edition.zone):
            counts.append(((edition.country_id, str(edition.host_id), state), 1))
            edition_codes.add(edition.code)
    axes, evidence = ("country", "organisation", "state"), tuple(sorted(edition_codes))
    return Figure(unit="item", axes=axes, cells=sum_cells(counts), evidence=evidence)


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {"certificates.issued": certificates_issued}
