"""Why somebody is asked who they are, and what they are told once they have shown it."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.vault.enums import Before


class Said(NamedTuple):
    """Two sentences: on the page that asks, and on the page that one goes on to."""

    why: Promise
    then: Promise | str


USUAL = Said(
    _("What comes next weighs more than daily work. One of these is enough, for ten minutes."), ""
)
SAID = {
    Before.FILE.value: Said(
        _(
            "The file holds names and what everybody did, and it leaves the desk. One of these is "
            "enough, for ten minutes."
        ),
        _("You have shown that it is you. Now save the file."),
    ),
    Before.NOT_KEPT.value: Said(
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


def said(request: HttpRequest) -> Said:
    """Return what an address of a proof says of why it is asked for: `?before=file`."""
    return SAID.get(request.GET.get("before", ""), USUAL)


def tell_then(request: HttpRequest) -> None:
    """Tell on the page that comes next what is left to do there."""
    then = said(request).then
    if then:
        messages.info(request, str(then))
