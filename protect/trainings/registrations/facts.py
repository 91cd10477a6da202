"""Numbers of people trained, each once, and of certificate holders: never a name."""

from datetime import datetime, timedelta

from protect.trainings.base.facts import UNKNOWN, FactQuery, Figure, summed
from protect.trainings.registrations.fields import AXES
from protect.trainings.registrations.models import CountedPerson, Registration
from protect.trainings.scheduling.enums import EditionState
from protect.vault.server_keys.match_keys import matched

TRAINED = "trained"  # the measure: confirmed minutes reach what the course asks for


def people_trained(query: FactQuery) -> Figure:
    """Return distinct people, each where and when they were first counted: quarters add up."""
    rows = CountedPerson.objects.filter(measure=TRAINED).order_by("pk")
    rows = query.narrow(rows, "country", "organisation")
    rows = rows.filter(counted_on__gte=query.starts, counted_on__lt=query.ends)
    cells = []
    for country, organisation, counted in rows.values_list("country", "organisation", "cell"):
        answers = (counted.get(axis) or UNKNOWN for axis in AXES)
        is_student = "yes" if counted.get("is_student") else "no"
        cells.append(((country, str(organisation), *answers, is_student), 1))
    axes = ("country", "organisation", *AXES, "is_student")
    return Figure(unit="person", axes=axes, cells=summed(cells))


def person_key(email: str) -> str:
    """Return the keyed hash of an address; its key is in no database. Errors: match_key_missing."""
    return matched("trainings.person", email)


LATE = timedelta(hours=1)  # every ten minutes, and some time to notice


def late_offers(at: datetime) -> int:
    """Return how many offers of a seat ended an hour ago and still hold it."""
    live = [EditionState.OPEN, EditionState.CLOSED]
    return Registration.objects.overdue(at - LATE).filter(edition__state__in=live).count()
