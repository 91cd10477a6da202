"""Access to forms without an account: tests by a printed address, others by a slip."""

from datetime import date, datetime
from uuid import UUID

from django.http import Http404

from protect.assessments.errors import AssessmentRefusal
from protect.assessments.models import AnswerToken, Inquiry, Measuring
from protect.kernel.ids import squeezed
from protect.trainings.base.access import the_one, token_hash
from protect.trainings.base.enums import Phase
from protect.trainings.scheduling import enums, models


def half_days_of(edition: models.Edition) -> list[tuple[datetime, datetime]]:
    """Return begin and end of each half day that stands, in order."""
    rows = edition.sessions.standing().order_by("starts_at", "number")
    return list(rows.values_list("starts_at", "ends_at"))


def last_end(edition: models.Edition) -> datetime | None:
    """Return when the last half day that stands ends; None without one."""
    rows = edition.sessions.standing().order_by("-ends_at")
    return rows.values_list("ends_at", flat=True).first()


def is_asked(edition: UUID, phase: Phase) -> bool:
    """Return whether an edition has a form in a phase."""
    return Inquiry.objects.filter(measuring=edition, phase=phase).exists()


def get_inquiry(code: str) -> Inquiry:
    """Return the test of the address printed on the wall poster. Errors: Http404."""
    edition = "measuring__edition"
    rows = Inquiry.objects.select_related("form", f"{edition}__course_version", f"{edition}__host")
    inquiry = rows.filter(code=code, phase__in=[Phase.PRE, Phase.POST]).first()
    if inquiry is None or inquiry.measuring.edition.state == enums.EditionState.CANCELLED:
        raise Http404
    return inquiry


def get_measuring(edition: models.Edition) -> Measuring:
    """Return the measuring of an edition. Errors: Http404, without one."""
    return the_one(Measuring.objects.filter(pk=edition.pk))


def get_slip(token: str, day: date) -> AnswerToken:
    """Return the slip that opens a form on a day, typed in any case.
    Errors: assessments_slip_gone."""
    rows = AnswerToken.objects.select_related("edition__course_version", "edition__host")
    slip = rows.filter(token_hash=token_hash(squeezed(token)), expires_on__gte=day).first()
    if slip is None:
        raise AssessmentRefusal("assessments_slip_gone")
    return slip
