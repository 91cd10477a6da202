"""What the clock does for trainings each night: step by step, none stops another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.kernel.steps import Say, Step, take
from protect.trainings.actions import follow_up, mixing, needs, nominating, status_lists
from protect.trainings.actions.counting import count_trained
from protect.trainings.actions.doubting import propose_doubts
from protect.trainings.actions.erasing import (
    forget_ended,
    forget_named_lists,
    forget_unproven,
)
from protect.trainings.actions.forgetting import forget_claims, forget_links, forget_sheets
from protect.trainings.actions.forgetting_requests import forget_requests
from protect.trainings.actions.signing_anew import sign_anew
from protect.trainings.facts import KEPT

# What is counted comes before what is forgotten.
STEPS: Mapping[str, Step] = {
    "count_trained": count_trained,
    "propose_doubts": propose_doubts,
    "renew_lists": status_lists.renew,
    "sign_certificates_anew": sign_anew,
    "follow_up": follow_up.remind,
    "mix_answers": mixing.reinsert,
    "forget_lists": nominating.forget,
    "forget_needs": needs.forget,
    "forget_claims": forget_claims,
    "forget_links": forget_links,
    "forget_sheets": forget_sheets,
    "forget_unproven": forget_unproven,
    "forget_ended": forget_ended,
    "forget_named_lists": forget_named_lists,
    "forget_requests": forget_requests,
}


def keep(*, at: datetime, say: Say, steps: Mapping[str, Step] | None = None) -> list[str]:
    """Take every step, STEPS if none are given; return the names of those that failed.

    A night without failures is written into the platform's chain: `protect check` warns when none
    was.
    """
    failed = take("trainings", STEPS if steps is None else steps, at=at, say=say)
    if not failed:
        with transaction.atomic():
            AuditContext(at=at, actor=None, organisation=None).record(KEPT)
    return failed
