"""Freezes the analysis of an edition: results stay, and cards can no longer be matched."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from protect.assessments.actions.row_order import mix, nameless
from protect.assessments.errors import AnalysisFrozen
from protect.assessments.models import AnswerToken, Measuring, Response
from protect.assessments.statistics.pairs import pair_ids
from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.base.enums import Phase
from protect.trainings.editions.errors import EditionNotEnded
from protect.trainings.scheduling.models import Edition


@transaction.atomic
def freeze(scope: Scope, edition: Edition, *, at: datetime) -> Measuring:
    """Replace codes by random pair ids, delete the key, and close all open forms.

    Follow-ups come later and stay open. Results are the same before and after.
    Errors: PermissionDenied; AnalysisFrozen, the second time; EditionNotEnded.
    """
    audit = access.planner_context(scope, edition.host_id, at=at)
    row = Measuring.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if row.frozen_at is not None:
        raise AnalysisFrozen
    if not has_ended(edition, at):
        raise EditionNotEnded
    _swap(edition)
    row.salt, row.frozen_at, row.frozen_by_id = None, at, scope.user_id
    row.save(update_fields=["salt", "frozen_at", "frozen_by"])
    AnswerToken.objects.filter(edition=edition).exclude(phase=Phase.FOLLOW_UP).delete()
    for rows in nameless(edition.pk):
        mix(rows, most=None)
    audit.record("assessments.freeze", edition)
    return row


def has_ended(edition: Edition, at: datetime) -> bool:
    """Return whether the last session of an edition is over, so that no test is still to come."""
    has_begun = edition.is_over or edition.sessions.standing().exists()
    return has_begun and not edition.sessions.to_end(at).exists()


def _swap(edition: Edition) -> None:
    rows = list(Response.objects.filter(edition=edition).exclude(pair="").order_by("pk"))
    ids = pair_ids(row.pair for row in rows)
    for row in rows:
        row.pair = ids[row.pair]
    Response.objects.bulk_update(rows, ["pair"], batch_size=500)
