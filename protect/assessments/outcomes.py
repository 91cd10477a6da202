"""Which participants passed, and what each can do on their own page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from protect.assessments import access, rules
from protect.assessments.actions import follow_up, slips
from protect.assessments.models import FollowUp, LinkTaken, Measuring, Response
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.registrations import enums, models
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


def passing_of(registration: models.Registration) -> Passing:
    """Return the result of one participant: passed, where there is no test."""
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
            reached = rules.has_reached(points, maximum, edition.course_version.pass_percent)
            percent = int(round(points * 100 / maximum, 9))
            outcomes[key] = Passing(has_passed=reached, percent=percent)
    return outcomes


@dataclass(frozen=True, slots=True)
class OwnLearning:
    """What a participant can do now. `percent` is of a sent test with a name, else None."""

    can_assess: bool
    percent: int | None
    has_passed: bool
    is_evaluated: bool  # by a link that they can take, or have taken
    has_taken_link: bool
    is_asked_later: bool  # whether they agree to be asked months later
    has_agreed: bool

    @property
    def is_empty(self) -> bool:
        has_test = self.can_assess or self.percent is not None
        return not (has_test or self.is_evaluated or self.is_asked_later or self.has_agreed)


def own_learning_of(registration: models.Registration, at: datetime) -> OwnLearning | None:
    """Return what a confirmed participant can do now; None for others, and without forms."""
    measuring = Measuring.objects.filter(pk=registration.edition_id).first()
    if measuring is None or registration.state != enums.RegistrationState.CONFIRMED:
        return None
    half_days = access.half_days_of(registration.edition)
    goes_on = measuring.frozen_at is None and rules.is_open(Phase.NAMED, half_days, at)
    passing, is_named = passing_of(registration), measuring.assessment == Assessment.NAMED
    sent = Response.objects.filter(registration=registration).exists()
    return OwnLearning(
        can_assess=goes_on and is_named and not sent and access.is_asked(measuring.pk, Phase.NAMED),
        percent=passing.percent if sent else None,
        has_passed=passing.has_passed and is_named,
        is_evaluated=slips.is_link_offered(registration, at),
        has_taken_link=LinkTaken.objects.filter(registration=registration).exists(),
        is_asked_later=follow_up.is_offered(registration, at),
        has_agreed=FollowUp.objects.filter(registration=registration).exists(),
    )
