"""Results of named assessments, and the forms that a participant can open on their own page."""

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
class AssessmentResult:
    """Whether a participant passed, and the percent of a named assessment, rounded down."""

    has_passed: bool
    percent: int | None = None  # None: no points, or no assessment is required


def get_assessment_rule(edition: Edition) -> Assessment:
    """Return which assessment a certificate requires: the edition's choice, else the course's."""
    rows = Measuring.objects.filter(pk=edition.pk).values_list("assessment", flat=True)
    return Assessment(rows.first() or edition.course_version.assessment)


def get_assessment_result(registration: models.Registration) -> AssessmentResult:
    """Return the result of one participant. Where no assessment is required, they have passed."""
    return get_assessment_results(registration.edition, [registration.pk])[registration.pk]


def get_assessment_results(edition: Edition, pks: Iterable[UUID]) -> dict[UUID, AssessmentResult]:
    """Return the results of an edition's participants by registration, in at most three queries."""
    registration_ids = list(pks)
    if get_assessment_rule(edition) is Assessment.NONE:
        return dict.fromkeys(registration_ids, AssessmentResult(has_passed=True))
    outcomes = dict.fromkeys(registration_ids, AssessmentResult(has_passed=False))
    rows = Response.objects.filter(registration__in=registration_ids, phase=Phase.NAMED)
    columns = rows.order_by("points").values_list("registration", "points", "maximum")
    for registration_id, points, maximum in columns:
        if registration_id is not None and points is not None and maximum:
            has_passed = rules.has_reached(points, maximum, edition.course_version.pass_percent)
            percent = int(round(points * 100 / maximum, 9))
            outcomes[registration_id] = AssessmentResult(has_passed=has_passed, percent=percent)
    return outcomes


@dataclass(frozen=True, slots=True)
class OwnForms:
    """The forms that a participant can open now, and the percent of their named assessment."""

    can_take_assessment: bool
    percent: int | None
    has_passed: bool
    has_evaluation_link: bool  # the evaluation is open to them by link, taken or not
    has_taken_link: bool
    can_agree_to_follow_up: bool  # they can agree to the follow-up now, agreed already or not
    has_agreed_to_follow_up: bool

    @property
    def is_empty(self) -> bool:
        has_test = self.can_take_assessment or self.percent is not None
        has_follow_up = self.can_agree_to_follow_up or self.has_agreed_to_follow_up
        return not (has_test or self.has_evaluation_link or has_follow_up)


def get_own_forms(registration: models.Registration, at: datetime) -> OwnForms | None:
    """Return what a participant can open now; None if not confirmed or without chosen forms."""
    measuring = Measuring.objects.filter(pk=registration.edition_id).first()
    if measuring is None or registration.state != enums.RegistrationState.CONFIRMED:
        return None
    session_times = access.get_session_times(registration.edition)
    is_open = measuring.frozen_at is None and rules.is_open(Phase.NAMED, session_times, at)
    result, is_named = get_assessment_result(registration), measuring.assessment == Assessment.NAMED
    has_sent = Response.objects.filter(registration=registration).exists()
    can_take = is_open and is_named and not has_sent
    return OwnForms(
        can_take_assessment=can_take and access.has_form(measuring.pk, Phase.NAMED),
        percent=result.percent if has_sent else None,
        has_passed=result.has_passed and is_named,
        has_evaluation_link=slips.is_link_offered(registration, at),
        has_taken_link=LinkTaken.objects.filter(registration=registration).exists(),
        can_agree_to_follow_up=follow_up.can_agree(registration, at),
        has_agreed_to_follow_up=FollowUp.objects.filter(registration=registration).exists(),
    )
