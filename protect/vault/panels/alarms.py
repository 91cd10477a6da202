"""Alarms that wait for the data protection officer of an organisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from protect.kernel.text import plain_name
from protect.orgs import alarms
from protect.orgs.enums import Permission
from protect.orgs.history import sentences
from protect.orgs.history.lines import name_of
from protect.orgs.scope import Scope
from protect.ui import moments

MOST = 20  # rows


def rows(scope: Scope) -> Iterator[dict[str, Any]]:
    """Yield the unanswered alarms, for those who read the history."""
    mine = scope.organisations_where(Permission.READ_AUDIT)
    if not mine:
        return
    for alarm in alarms.unanswered(mine)[:MOST]:
        name = plain_name(name_of(alarm.kind, alarm.pk, mine))
        # Translators: {what} is a sentence that says what was found, {moment} when.
        detail = _("{what} Last noticed: {moment}")
        yield {
            "text": f"{sentences.thing(alarm.kind)} {name}",
            "detail": detail.format(
                what=sentences.why(alarm.outcome), moment=moments.exact(alarm.at)
            ),
            "verb": _("Look at it"),
            "url": alarms.alarms_url(alarm.organisation),
            "group": "alarm",
        }
