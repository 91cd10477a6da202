"""Figures about registrations: people trained, each counted once, and late offers."""

from datetime import datetime, timedelta

from protect.trainings.base.facts import UNKNOWN, FactQuery, Figure, sum_cells
from protect.trainings.registrations.fields import STATISTICS_AXES
from protect.trainings.registrations.models import CountedPerson, Registration
from protect.trainings.scheduling.enums import EditionState
from protect.vault.server_keys.match_keys import keyed_hash

TRAINED = "trained"  # the measure: attended minutes reach the share that the course requires


def people_trained(query: FactQuery) -> Figure:
    """Return the people trained, each counted once, so that numbers of quarters add up."""
    rows = CountedPerson.objects.filter(measure=TRAINED).order_by("pk")
    rows = query.narrow(rows, "country", "organisation")
    rows = rows.filter(counted_on__gte=query.starts, counted_on__lt=query.ends)
    cells = []
    for country, organisation, counted in rows.values_list("country", "organisation", "cell"):
        answers = (counted.get(axis) or UNKNOWN for axis in STATISTICS_AXES)
        is_student = "yes" if counted.get("is_student") else "no"
        cells.append(((country, str(organisation), *answers, is_student), 1))
    axes = ("country", "organisation", *STATISTICS_AXES, "is_student")
    return Figure(unit="person", axes=axes, cells=sum_cells(cells))


def person_key(email: str) -> str:
    """Return the keyed hash of an address. Errors: match_key_missing."""
    return keyed_hash("trainings.person", email)


OVERDUE_GRACE = timedelta(hours=1)  # offers are checked every ten minutes


def count_late_offers(at: datetime) -> int:
    """Return how many offers expired more than an hour ago and still take a seat."""
    live = [EditionState.OPEN, EditionState.CLOSED]
    return Registration.objects.overdue(at - OVERDUE_GRACE).filter(edition__state__in=live).count()
