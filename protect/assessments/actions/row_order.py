"""Store responses and slips in random row order, so that neighbouring rows reveal nothing. The
order changes each time an anonymous row is added, and every night. Source:
docs/adr/0031-answers-without-people.md."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from random import SystemRandom
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from protect.assessments.models import AnswerToken, LinkTaken, Measuring, Response
from protect.kernel.ids import hash_token
from protect.trainings.base.enums import Phase
from protect.trainings.scheduling import models, queries

MAX_REWRITTEN = 1000  # other rows, drawn at random, when one is added; all at night
ANONYMOUS_PHASES = [Phase.PRE, Phase.POST, Phase.EVALUATION, Phase.FOLLOW_UP]  # not NAMED
RANDOM = SystemRandom()


def anonymous_rows(edition_id: UUID) -> list[QuerySet[Any]]:
    """Return two querysets: the anonymous responses of an edition, and its slips."""
    return [
        Response.objects.filter(edition=edition_id, phase__in=ANONYMOUS_PHASES),
        AnswerToken.objects.filter(edition=edition_id),
    ]


def lock_measurings(edition_ids: Iterable[UUID]) -> None:
    """Lock the measuring rows of editions, so that no concurrent shuffle restores rows that
    are being deleted. Call it before locking editions and registrations, as a shuffle does."""
    rows = Measuring.objects.select_for_update(of=("self",)).filter(pk__in=list(edition_ids))
    list(rows.order_by("pk"))


def shuffle_rows(
    rows: QuerySet[Any], *new_ids: UUID, max_others: int | None = MAX_REWRITTEN
) -> int:
    """Rewrite rows in random order, so that row order does not reveal who answered when. Rewrites
    `new_ids` (just written) and `max_others` others (None: all); returns how many. The caller has
    locked the edition's measuring row, so that no transaction adds a row meanwhile."""
    other_ids = list(rows.exclude(pk__in=new_ids).order_by("pk").values_list("pk", flat=True))
    chosen_ids = [
        *new_ids,
        *RANDOM.sample(other_ids, min(len(other_ids), max_others or len(other_ids))),
    ]
    RANDOM.shuffle(chosen_ids)
    by_id = rows.model._default_manager.in_bulk(chosen_ids)
    rows.filter(pk__in=chosen_ids).order_by("pk").delete()
    rows.model._default_manager.bulk_create([by_id[pk] for pk in chosen_ids], batch_size=500)
    return len(chosen_ids)


def store_slips(edition_id: UUID, phase: Phase, tokens: Iterable[str], *, expires_on: date) -> None:
    """Store slips as hashes of their tokens, shuffled; the caller locks as for `shuffle_rows`."""
    slips = AnswerToken.objects.bulk_create(
        AnswerToken(
            edition_id=edition_id, phase=phase, token_hash=hash_token(token), expires_on=expires_on
        )
        for token in tokens
    )
    shuffle_rows(AnswerToken.objects.filter(edition=edition_id), *(slip.pk for slip in slips))


def shuffle_all_editions(*, at: datetime) -> Counter[str]:
    """Rewrite all anonymous rows of each edition in random order, and delete expired slips, in
    one transaction for each edition. Return the number of rows by model, and of deleted slips."""
    counts: Counter[str] = Counter()
    for edition_id in measured_editions().order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            Measuring.objects.select_for_update().get(pk=edition_id)
            expired = AnswerToken.objects.filter(edition=edition_id, expires_on__lt=at.date())
            counts["slips_over"] += expired.delete()[0]
            links = LinkTaken.objects.filter(registration__edition=edition_id)
            for rows in [*anonymous_rows(edition_id), links]:
                counts[rows.model._meta.model_name or ""] += shuffle_rows(rows, max_others=None)
    return counts


def measured_editions() -> queries.EditionQuerySet:
    return models.Edition.objects.filter(pk__in=Measuring.objects.values("pk"))
