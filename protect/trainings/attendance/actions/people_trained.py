"""People trained, counted once each: a keyed hash of an address, and their cell of that day.
Participants decided to be one person with two addresses count once (`duplicates`)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q

from protect.trainings.attendance import lists, rules
from protect.trainings.registrations import enums, facts, fields
from protect.trainings.registrations.actions.duplicates import keys_of
from protect.trainings.registrations.models import CountedPerson, Participant
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition

LOOKED_BACK = timedelta(days=400)  # lists are confirmed late, but not after that


def count_trained(*, at: datetime) -> int:
    """Count trained participants that are not counted yet; return how many.
    A participant is trained after attending as much of an edition as its course asks for, with or
    without a passed test. Each counts on the last day of the first such edition, in the cell that
    they are in when this runs. Errors: match_key_missing."""
    editions = (
        Edition.objects.exclude(state=EditionState.CANCELLED)
        .annotate(ended=Max("sessions__ends_at", filter=Q(sessions__cancelled_at=None)))
        .filter(ended__lte=at, ended__gt=at - LOOKED_BACK)
        .order_by("ended", "pk")
        .values_list("pk", "ended")
    )
    return sum(_count(edition, last) for edition, last in list(editions))


@transaction.atomic
def _count(key: UUID, ended: datetime) -> int:
    edition = Edition.objects.select_related("course_version").get(pk=key)
    day = ended.astimezone(ZoneInfo(edition.zone)).date()
    trained = [each for each in _trained(edition) if each.email]
    keys = keys_of(trained)
    all_keys = frozenset().union(*keys.values())
    rows = CountedPerson.objects.filter(measure=facts.TRAINED, person__in=all_keys).order_by("pk")
    counted = set(rows.values_list("person", flat=True))
    new: dict[str, Participant] = {}
    for each in trained:
        if counted.isdisjoint(keys[each.pk]):
            new[facts.person_key(each.email)] = each
            counted |= keys[each.pk]
    host = {"country_id": edition.country_id, "organisation_id": edition.host_id}
    shared: dict[str, object] = {"measure": facts.TRAINED, "counted_on": day, **host}
    CountedPerson.objects.bulk_create(
        (CountedPerson(person=key, cell=cell_of(each), **shared) for key, each in new.items()),
        ignore_conflicts=True,  # another process counted them meanwhile: once is enough
    )
    return len(new)


def cell_of(person: Participant) -> dict[str, object]:
    """Return the cell in which a participant is counted. Codes; empty where unknown."""
    return {
        **{each: getattr(person, each) for each in fields.AXES},
        "is_student": person.cohort_id is not None,
    }


def _trained(edition: Edition) -> Iterable[Participant]:
    rows = edition.registrations.filter(state=enums.RegistrationState.CONFIRMED)
    people = {
        each.pk: each.participant for each in rows.select_related("participant").order_by("pk")
    }
    percent, shares = edition.course_version.attendance_percent, lists.shares_of(edition, people)
    for key, person in people.items():
        planned, attended = shares[key].planned, shares[key].attended
        if planned and not rules.minutes_missing(percent, planned, attended):
            yield person
