"""Look up an edition's forms and session times, and the form of a poster's code or a slip."""

from datetime import date, datetime
from uuid import UUID

from django.http import Http404

from protect.assessments.errors import AssessmentRefusal
from protect.assessments.models import AnswerToken, Inquiry, Measuring
from protect.kernel.ids import hash_token, normalise_code
from protect.trainings.base.access import first_or_404
from protect.trainings.base.enums import Phase
from protect.trainings.scheduling import enums, models


def get_session_times(edition: models.Edition) -> list[tuple[datetime, datetime]]:
    """Return the start and end of each session that is not cancelled, in order."""
    rows = edition.sessions.not_cancelled().order_by("starts_at", "number")
    return list(rows.values_list("starts_at", "ends_at"))


def get_last_session_end(edition: models.Edition) -> datetime | None:
    """Return the end of the last session that is not cancelled; None without one."""
    rows = edition.sessions.not_cancelled().order_by("-ends_at")
    return rows.values_list("ends_at", flat=True).first()


def has_form(edition_id: UUID, phase: Phase) -> bool:
    return Inquiry.objects.filter(measuring=edition_id, phase=phase).exists()


def get_inquiry(code: str) -> Inquiry:
    """Return the test that `code`, printed in the address on a poster, opens. Errors: Http404."""
    edition = "measuring__edition"
    rows = Inquiry.objects.select_related("form", f"{edition}__course_version", f"{edition}__host")
    inquiry = rows.filter(code=code, phase__in=[Phase.PRE, Phase.POST]).first()
    if inquiry is None or inquiry.measuring.edition.state == enums.EditionState.CANCELLED:
        raise Http404
    return inquiry


def get_measuring(edition: models.Edition) -> Measuring:
    """Return the record of which forms an edition uses. Errors: Http404, if it uses none."""
    return first_or_404(Measuring.objects.filter(pk=edition.pk))


def get_slip(token: str, today: date) -> AnswerToken:
    """Return the unexpired slip of a token in any letter case. Errors: assessments_slip_gone."""
    rows = AnswerToken.objects.select_related("edition__course_version", "edition__host")
    slip = rows.filter(token_hash=hash_token(normalise_code(token)), expires_on__gte=today).first()
    if slip is None:
        raise AssessmentRefusal("assessments_slip_gone")
    return slip
