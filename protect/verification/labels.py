"""Words of the desk for reports, duplicates, and the reasons for which an entry is checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.facts import LABELS
from protect.verification.enums import (
    Claim,
    CorrectionState,
    PairState,
    QueueReason,
    Reporter,
    Sign,
)

type Words = Mapping[str, Promise]

REPORTERS: Words = {
    # Translators: who reported that something is wrong: somebody who visited the public pages.
    Reporter.PUBLIC: _("The public"),
    # Translators: who reported that something is wrong: somebody who signs in here.
    Reporter.MEMBER: _("A member"),
    # Translators: who reported that something is wrong: the service, by the link in a mail.
    Reporter.PROVIDER: _("The service itself"),
}
STATES: Words = {
    # Translators: state of a report: nobody has judged it.
    CorrectionState.NEW: _("New"),
    # Translators: state of a report: somebody says that it is right.
    CorrectionState.ACCEPTED: _("Accepted"),
    # Translators: state of a report: only some of it is right.
    CorrectionState.PARTLY: _("Accepted in part"),
    # Translators: state of a report: it is not right.
    CorrectionState.REJECTED: _("Rejected"),
    # Translators: state of a report: another one says the same.
    CorrectionState.DUPLICATE: _("Said before"),
}
STATE_SHAPES: Mapping[str, str] = {
    CorrectionState.NEW: "open",
    CorrectionState.ACCEPTED: "good",
    CorrectionState.PARTLY: "good",
    CorrectionState.REJECTED: "ended",
    CorrectionState.DUPLICATE: "ended",
}
CLAIMS: Words = {
    # Translators: what is reported about a service: it does not exist any more.
    Claim.CLOSED: _("Closed for good"),
}
SIGNS: Words = {
    # Translators: what two entries of the directory have in common.
    Sign.NUMBER: _("Same number"),
    # Translators: what two entries of the directory have in common.
    Sign.HOST: _("Same website"),
    # Translators: what two entries of the directory have in common.
    Sign.NAME: _("Similar name"),
    # Translators: what two entries of the directory have in common: both doors are near.
    Sign.NEAR: _("Less than 200 m apart"),
    # Translators: why two entries stand side by side: a colleague thinks that they are one service.
    Sign.BY_HAND: _("Proposed by a colleague"),
}
PAIR_STATES: Words = {
    # Translators: two entries that may be one service: nobody has decided.
    PairState.PROPOSED: _("To be decided"),
    # Translators: two entries were one service, and are one entry now.
    PairState.MERGED: _("Merged"),
    # Translators: two entries look alike and are two services.
    PairState.DIFFERENT: _("Two services"),
}
PAIR_SHAPES: Mapping[str, str] = {
    PairState.PROPOSED: "open",
    PairState.MERGED: "good",
    PairState.DIFFERENT: "ended",
}


def what_of(codes: Iterable[str]) -> list[str]:
    """Return what a report names, in words; “Something else” where it names nothing."""
    words = {**LABELS, **CLAIMS}
    # Translators: what is reported about a service: nothing of the list, see the text.
    return [str(words[code]) for code in codes if code in words] or [str(_("Something else"))]


# The most pressing first: so they stand in a row, and so the first one gives the row its colour.
REASONS: Words = {
    # Translators: why a service is to be checked: somebody says that something is wrong.
    QueueReason.DISPUTED: _("Reported wrong"),
    # Translators: why a service is to be checked: it has another number, which nobody has called.
    QueueReason.CHANGED: _("New number"),
    # Translators: why a service is to be checked: too old, it counts as unknown.
    QueueReason.EXPIRED: _("Expired"),
    # Translators: why a service is to be checked: more than 30 days late.
    QueueReason.OVERDUE: _("Overdue"),
    # Translators: why a service is to be checked: the list that it came from has it no longer.
    QueueReason.MISSING: _("Gone from its source"),
    # Translators: why a service is to be checked: the list that it came from says something else.
    QueueReason.CONFLICT: _("Its source says something else"),
    # Translators: why a service is to be checked.
    QueueReason.UNVERIFIED: _("Never checked"),
    # Translators: why a service is to be checked: the day has come.
    QueueReason.DUE: _("Due"),
}
REASON_SHAPES: Mapping[str, str] = {
    QueueReason.DISPUTED: "alarm",
    QueueReason.CHANGED: "caution",
    QueueReason.EXPIRED: "caution",
    QueueReason.OVERDUE: "caution",
}


def reason_chips(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return shape and words of why a service waits, the most pressing first."""
    given_codes = set(codes)
    return [
        (REASON_SHAPES.get(code, "plain"), str(words))
        for code, words in REASONS.items()
        if code in given_codes
    ]


def reason_words(codes: Iterable[str]) -> str:
    """Return the same in one line of text."""
    return " · ".join(words for _shape, words in reason_chips(codes))
