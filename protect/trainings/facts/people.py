"""Who was trained, each once, and who holds a certificate: numbers, never a name."""

from __future__ import annotations

from protect.trainings.facts.asking import PEOPLE, UNKNOWN, Asked, Figure, summed
from protect.trainings.models import Certificate, CountedPerson

TRAINED = "trained"  # the measure: confirmed minutes reach what the course asks for


def people_trained(asked: Asked) -> Figure:
    """Return distinct people, each where and when they were first counted.

    Quarters add up to the year: nobody is counted twice.
    """
    rows = CountedPerson.objects.filter(
        measure=TRAINED, counted_on__gte=asked.starts, counted_on__lt=asked.ends
    )
    if asked.countries:
        rows = rows.filter(country__in=asked.countries)
    if asked.organisations:
        rows = rows.filter(organisation__in=asked.organisations)
    told = rows.order_by("pk").values_list("country", "organisation", "cell")
    return Figure(
        unit="person",
        axes=("country", "organisation", *PEOPLE, "is_student"),
        cells=summed(
            (
                (
                    country,
                    str(organisation),
                    *(cell.get(each) or UNKNOWN for each in PEOPLE),
                    "yes" if cell.get("is_student") else "no",
                ),
                1,
            )
            for country, organisation, cell in told
        ),
    )


def certificates(asked: Asked) -> Figure:
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
