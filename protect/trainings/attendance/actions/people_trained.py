"""Counts of people trained, under a keyed hash of the e-mail address. Each person counts once,
with their categories on that day; confirmed duplicates count as one person (`duplicates`)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q

from protect.trainings.attendance import lists, rules
from protect.trainings.registrations import enums, facts, fields
from protect.trainings.registrations.actions.duplicates import counting_keys
from protect.trainings.registrations.models import CountedPerson, Participant
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition

LOOK_BACK_PERIOD = timedelta(days=400)  # older editions get no new counts; their counts stay


def count_trained(*, at: datetime) -> int:
    """Count participants with an e-mail address, not counted before, who attended as much as
    their course requires; return how many. The day of a count is the last day of the edition.
    Errors: match_key_missing."""
    editions = (
        Edition.objects.exclude(state=EditionState.CANCELLED)
        .annotate(ended=Max("sessions__ends_at", filter=Q(sessions__cancelled_at=None)))
        .filter(ended__lte=at, ended__gt=at - LOOK_BACK_PERIOD)
        .order_by("ended", "pk")
        .values_list("pk", "ended")
    )
    return sum(_count_edition(edition, ended) for edition, ended in list(editions))


@transaction.atomic
def _count_edition(edition_id: UUID, ended: datetime) -> int:
    """Count people newly trained in an edition who have an e-mail address; return how many."""
    edition = Edition.objects.select_related("course_version").get(pk=edition_id)
    day = ended.astimezone(ZoneInfo(edition.zone)).date()
    trained = [participant for participant in _trained_participants(edition) if participant.email]
    keys = counting_keys(trained)
    all_keys = frozenset().union(*keys.values())
    rows = CountedPerson.objects.filter(measure=facts.TRAINED, person__in=all_keys).order_by("pk")
    counted = set(rows.values_list("person", flat=True))
    new: dict[str, Participant] = {}
    for participant in trained:
        if counted.isdisjoint(keys[participant.pk]):
            new[facts.person_key(participant.email)] = participant
            counted |= keys[participant.pk]
    host = {"country_id": edition.country_id, "organisation_id": edition.host_id}
    shared: dict[str, object] = {"measure": facts.TRAINED, "counted_on": day, **host}
    counts = [CountedPerson(person=key, cell=statistics_cell(new[key]), **shared) for key in new]
    # Another process may have counted them meanwhile.
    CountedPerson.objects.bulk_create(counts, ignore_conflicts=True)
    return len(new)


def statistics_cell(person: Participant) -> dict[str, object]:
    """Return a participant's category on each axis of statistics (or "") and `is_student`."""
    answers = {axis: getattr(person, axis) for axis in fields.STATISTICS_AXES}
    return {**answers, "is_student": person.cohort_id is not None}


def _trained_participants(edition: Edition) -> Iterable[Participant]:
    rows = edition.registrations.filter(state=enums.RegistrationState.CONFIRMED)
    rows = rows.select_related("participant").order_by("pk")
    people = {row.pk: row.participant for row in rows}
    percent, shares = (edition.course_version.attendance_percent, lists.shares_of(edition, people))
    for key, person in people.items():
        planned, attended = shares[key].planned, shares[key].attended
        if planned and not rules.minutes_missing(percent, planned, attended):
            yield person
