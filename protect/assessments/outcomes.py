"""Which participants passed: by an assessment with a name, or without a test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from protect.assessments.models import Measuring, Response
from protect.assessments.rules import has_reached
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition


@dataclass(frozen=True, slots=True)
class Passing:
    """A participant's result. `percent`, rounded down, is of an assessment with a name."""

    has_passed: bool
    percent: int | None = None


def assessment_of(edition: Edition) -> Assessment:
    """Return how participants show that they passed: the edition's choice, or its course's."""
    chosen = Measuring.objects.filter(pk=edition.pk).values_list("assessment", flat=True).first()
    return Assessment(chosen or edition.course_version.assessment)


def has_passed(registration: Registration) -> bool:
    """Return whether a participant passed for a certificate. True where there is no test."""
    return passing_of(registration).has_passed


def passing_of(registration: Registration) -> Passing:
    """Return the result of one participant."""
    return passed_in(registration.edition, [registration.pk])[registration.pk]


def passed_in(edition: Edition, registrations: Iterable[UUID]) -> dict[UUID, Passing]:
    """Return the results of participants of an edition, in at most three queries."""
    keys = list(registrations)
    if assessment_of(edition) is Assessment.NONE:
        return dict.fromkeys(keys, Passing(has_passed=True))
    outcomes = dict.fromkeys(keys, Passing(has_passed=False))
    rows = Response.objects.filter(registration__in=keys, phase=Phase.NAMED).order_by("points")
    for key, points, maximum in rows.values_list("registration", "points", "maximum"):
        if key is not None and points is not None and maximum:
            reached = has_reached(points, maximum, edition.course_version.pass_percent)
            percent = int(round(points * 100 / maximum, 9))
            outcomes[key] = Passing(has_passed=reached, percent=percent)
    return outcomes
