"""Papers to hand out: cards for tests, slips for evaluations."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from protect.assessments.actions.row_order import mix
from protect.assessments.errors import AnalysisFrozen
from protect.assessments.models import AnswerToken, Measuring
from protect.assessments.rules import DAYS_OPEN
from protect.assessments.statistics.codes import draw
from protect.audit.context import AuditContext
from protect.kernel.ids import drawn_secret
from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.base.access import token_hash
from protect.trainings.base.enums import Phase
from protect.trainings.scheduling.models import Edition

MOST = 200  # cards or slips in one printing


@transaction.atomic
def print_cards(scope: Scope, edition: Edition, number: int, *, at: datetime) -> list[str]:
    """Make cards of an edition; return their codes. They are not stored.

    Errors: PermissionDenied; AnalysisFrozen; ValueError for more than MOST.
    """
    _printing(scope, edition, number, at).record("assessments.print_cards", edition)
    return draw(number)


@transaction.atomic
def print_slips(scope: Scope, edition: Edition, number: int, *, at: datetime) -> list[str]:
    """Make slips that open the evaluation once each; return their tokens, which are not stored.

    They work until DAYS_OPEN after the last half day, and so long from now at least.
    Errors: PermissionDenied; AnalysisFrozen; ValueError for more than MOST.
    """
    audit = _printing(scope, edition, number, at)
    last = edition.sessions.standing().order_by("-ends_at").values_list("ends_at", flat=True)
    until = max(at, last.first() or at) + DAYS_OPEN
    tokens = [drawn_secret() for _ in range(number)]
    slips = AnswerToken.objects.bulk_create(
        AnswerToken(
            edition=edition,
            phase=Phase.EVALUATION,
            token_hash=token_hash(token),
            expires_on=until.date(),
        )
        for token in tokens
    )
    mix(AnswerToken.objects.filter(edition=edition), *(each.pk for each in slips))
    audit.record("assessments.print_slips", edition)
    return tokens


def _printing(scope: Scope, edition: Edition, number: int, at: datetime) -> AuditContext:
    """Return the audit context of the printing planner; the edition's measuring is locked."""
    if not 0 < number <= MOST:
        raise ValueError(f"{number} papers")
    audit = access.planner_context(scope, edition.host_id, at=at)
    if Measuring.objects.select_for_update(of=("self",)).get(pk=edition.pk).salt is None:
        raise AnalysisFrozen
    return audit
