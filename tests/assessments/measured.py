"""Set up an edition for tests: forms for every phase and times within its sessions."""

from datetime import UTC, datetime, timedelta
from typing import Any

from protect.assessments.models import Inquiry, Measuring, Response
from protect.assessments.statistics.codes import new_salt
from protect.questionnaires.access import list_published_forms
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.scheduling.models import Edition

FORMS = {
    Phase.PRE: "knowledge-a",
    Phase.POST: "knowledge-b",
    Phase.EVALUATION: "evaluation",
    Phase.NAMED: "assessment",
    Phase.FOLLOW_UP: "follow-up",
}
BEFORE = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)  # in the first session of `make_edition`
AFTER = datetime(2027, 1, 13, 10, 30, tzinfo=UTC)  # in its last one
EVENING = AFTER + timedelta(hours=9)


def measure(
    edition: Edition,
    assessment: Assessment = Assessment.NONE,
    order: SetOrder = SetOrder.AB,
) -> Measuring:
    """Choose the shipped forms for every phase of an edition."""
    row = Measuring.objects.create(
        edition=edition, assessment=assessment, order=order, salt=new_salt()
    )
    forms = {form.code: form for form in list_published_forms()}
    for phase, code in FORMS.items():
        Inquiry.objects.create(
            measuring=row, phase=phase, form=forms[code], code=f"{edition.code}-{phase}"[-12:]
        )
    return row


def store_response(edition: Edition, phase: Phase, **given: Any) -> Response:
    """Store a response directly, without the actions."""
    fields = {
        "form": "knowledge-a:1",
        "day": BEFORE.date(),
        "is_afternoon": False,
        "answers": {},
    }
    return Response.objects.create(edition=edition, phase=phase, **fields | given)
