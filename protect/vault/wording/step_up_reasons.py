"""Why a second factor is asked for, and the message after it was shown."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.vault.enums import Before


class StepUpReason(NamedTuple):
    """Two sentences: on the page that asks, and on the page that one goes on to."""

    why: Promise
    then: Promise | str


USUAL = StepUpReason(
    _("What comes next weighs more than daily work. One of these is enough, for ten minutes."), ""
)
REASONS = {
    Before.FILE.value: StepUpReason(
        _(
            "The file holds names and what everybody did, and it leaves the desk. One of these is "
            "enough, for ten minutes."
        ),
        _("You have shown that it is you. Now save the file."),
    ),
    Before.NOT_KEPT.value: StepUpReason(
        _(
            "Too much time had passed, so nothing was done. Files, codes and passphrases are never "
            "kept: send them again when you have shown that it is you."
        ),
        _(
            "Send it once more: too much time had passed, so nothing was done. Files, codes and "
            "passphrases are never kept."
        ),
    ),
}


def reason_of(request: HttpRequest) -> StepUpReason:
    """Return the reason that the address names: `?before=file`."""
    return REASONS.get(request.GET.get("before", ""), USUAL)


def tell_then(request: HttpRequest) -> None:
    """Tell on the page that comes next what is left to do there."""
    then = reason_of(request).then
    if then:
        messages.info(request, str(then))
