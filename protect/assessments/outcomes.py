"""Who has learned enough: by an assessment with a name, by a slip, or because nothing is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from protect.assessments.models import Measuring, Passed, Response
from protect.assessments.rules import has_reached
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition


@dataclass(frozen=True, slots=True)
class Passing:
    """How somebody stands. `percent` is of an assessment with a name, rounded down; else None."""

    how: Assessment
    has_passed: bool
    percent: int | None = None


def assessment_of(edition: Edition) -> Assessment:
    """Return what shows that somebody has learned enough: the edition's choice, or its course's."""
    chosen = Measuring.objects.filter(pk=edition.pk).values_list("assessment", flat=True).first()
    return Assessment(chosen or edition.course_version.assessment)


def has_passed(registration: Registration) -> bool:
    """Return whether somebody has learned enough for a certificate. True where nothing is asked."""
    return passing_of(registration).has_passed


def passing_of(registration: Registration) -> Passing:
    """Return how one person stands."""
    return passed_in(registration.edition, [registration.pk])[registration.pk]


def passed_in(edition: Edition, registrations: Iterable[UUID]) -> dict[UUID, Passing]:
    """Return how people of an edition stand, in at most three queries for all of them."""
    keys = list(registrations)
    how = assessment_of(edition)
    if how is Assessment.NONE:
        return dict.fromkeys(keys, Passing(how, has_passed=True))
    if how is Assessment.VOUCHER:
        typed = set(
            Passed.objects.filter(registration__in=keys).values_list("registration", flat=True)
        )
        return {key: Passing(how, has_passed=key in typed) for key in keys}
    found = dict.fromkeys(keys, Passing(how, has_passed=False))
    rows = Response.objects.filter(registration__in=keys, phase=Phase.NAMED).order_by("points")
    for key, points, maximum in rows.values_list("registration", "points", "maximum"):
        if key is not None and points is not None and maximum:
            reached = has_reached(points, maximum, edition.course_version.pass_percent)
            percent = int(round(points * 100 / maximum, 9))
            found[key] = Passing(how, has_passed=reached, percent=percent)
    return found
