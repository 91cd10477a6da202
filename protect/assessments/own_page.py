"""The assessment part of a participant's own page: test, evaluation link, follow-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from protect.assessments.actions import follow_up, slips
from protect.assessments.models import FollowUp, Inquiry, LinkTaken, Measuring, Response
from protect.assessments.outcomes import passing_of
from protect.assessments.rules import is_open
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration


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
        return not (
            self.can_assess
            or self.percent is not None
            or self.is_evaluated
            or self.is_asked_later
            or self.has_agreed
        )


def own_learning_of(registration: Registration, at: datetime) -> OwnLearning | None:
    """Return what a participant can do now.

    None for a registration that is not confirmed, or where the edition uses no form.
    """
    measuring = Measuring.objects.filter(pk=registration.edition_id).first()
    if measuring is None or registration.state != RegistrationState.CONFIRMED:
        return None
    rows = registration.edition.sessions.standing().order_by("starts_at", "number")
    half_days = list(rows.values_list("starts_at", "ends_at"))
    goes_on = measuring.frozen_at is None and is_open(Phase.NAMED, half_days, at)
    passing, is_named = passing_of(registration), measuring.assessment == Assessment.NAMED
    sent = Response.objects.filter(registration=registration).exists()
    return OwnLearning(
        can_assess=goes_on and is_named and not sent and _asks(measuring),
        percent=passing.percent if sent else None,
        has_passed=passing.has_passed and is_named,
        is_evaluated=slips.is_link_offered(registration, at),
        has_taken_link=LinkTaken.objects.filter(registration=registration).exists(),
        is_asked_later=follow_up.is_offered(registration, at),
        has_agreed=FollowUp.objects.filter(registration=registration).exists(),
    )


def _asks(measuring: Measuring) -> bool:
    return Inquiry.objects.filter(measuring=measuring, phase=Phase.NAMED).exists()
