from collections.abc import Callable, Mapping
from uuid import UUID

from django.db.models import Count

from protect.certificates.models import Certificate
from protect.trainings.base.facts import FactQuery, Figure, sum_cells
from protect.trainings.curricula.models import ModuleVersion


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


def completed_modules(organisation: UUID) -> list[tuple[str, int]]:
    """Return by title how many people of an organisation have completed each module: those with a
    valid certificate of a course with it, for which the organisation sent them. Each person counts
    once for a module. No names; small numbers are not hidden here."""
    module = "edition__course_version__modules__module"
    rows = Certificate.objects.filter(
        registration__participant__sender__organisation=organisation, revoked_at=None
    ).exclude(**{module: None})
    counted = rows.values(f"{module}__code").annotate(
        people=Count("registration__participant__email", distinct=True)
    )
    counts = dict(counted.order_by(f"{module}__code").values_list(f"{module}__code", "people"))
    titles = ModuleVersion.objects.filter(module__code__in=counts).order_by("number", "pk")
    by_code = dict(titles.values_list("module__code", "title"))
    return [(by_code.get(str(code), str(code)), people) for code, people in counts.items()]


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {"certificates.issued": certificates_issued}
