from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from protect.directory.facts import FACT_LABELS
from protect.verification.enums import CorrectionState, PairState, QueueReason, ReportClaim

STATE_SHAPES = {  # style of the chip of a report or pair
    CorrectionState.NEW.value: "open",
    CorrectionState.ACCEPTED.value: "good",
    CorrectionState.PARTLY.value: "good",
    CorrectionState.REJECTED.value: "ended",
    CorrectionState.DUPLICATE.value: "ended",
    PairState.PROPOSED.value: "open",
    PairState.MERGED.value: "good",
    PairState.DIFFERENT.value: "ended",
}
REASON_SHAPES = {  # style of the chip of a reason; other reasons have the style "plain"
    QueueReason.DISPUTED: "alarm",
    QueueReason.CHANGED: "caution",
    QueueReason.EXPIRED: "caution",
    QueueReason.OVERDUE: "caution",
}
SUBJECT_LABELS: dict[str, Any] = dict([*FACT_LABELS.items(), *ReportClaim.choices])  # of reports


def report_subjects(codes: Iterable[str]) -> list[str]:
    """Return the labels of the facts that a report names; “Something else” if it names none."""
    subjects = [str(SUBJECT_LABELS[code]) for code in codes if code in SUBJECT_LABELS]
    return subjects or [str(_("Something else"))]  # For translators: reported about a service


def reason_chips(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return shape and label of each reason to check a service, most urgent first."""
    reasons = {*codes}
    present = [reason for reason in QueueReason if reason.value in reasons]
    return [(REASON_SHAPES.get(reason, "plain"), str(reason.label)) for reason in present]
