"""Words and shapes of the desk for reports, duplicates, and the reasons for a check."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from protect.directory.facts import LABELS
from protect.verification.enums import Claim, CorrectionState, PairState, QueueReason

STATE_SHAPES = {
    CorrectionState.NEW.value: "open",
    CorrectionState.ACCEPTED.value: "good",
    CorrectionState.PARTLY.value: "good",
    CorrectionState.REJECTED.value: "ended",
    CorrectionState.DUPLICATE.value: "ended",
    PairState.PROPOSED.value: "open",
    PairState.MERGED.value: "good",
    PairState.DIFFERENT.value: "ended",
}
REASON_SHAPES = {
    QueueReason.DISPUTED: "alarm",
    QueueReason.CHANGED: "caution",
    QueueReason.EXPIRED: "caution",
    QueueReason.OVERDUE: "caution",
}


def what_of(codes: Iterable[str]) -> list[str]:
    """Return what a report names, in words; “Something else” where it names nothing."""
    words: dict[str, object] = dict([*LABELS.items(), *Claim.choices])
    # Translators: what is reported about a service: nothing of the list, see the text.
    return [str(words[code]) for code in codes if code in words] or [str(_("Something else"))]


def reason_chips(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return shape and words of why a service waits, the most pressing first."""
    reasons = {*codes}
    return [
        (REASON_SHAPES.get(reason, "plain"), str(reason.label))
        for reason in QueueReason
        if reason.value in reasons
    ]
