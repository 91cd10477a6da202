"""Random order of responses and slips, so that neighbouring rows reveal nothing. Rows without a
name are rewritten together whenever one is added, and all of them each night.
Source: docs/adr/0031-answers-without-people.md."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from random import SystemRandom
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from protect.assessments.models import AnswerToken, LinkTaken, Measuring, Response
from protect.trainings.base import access, enums
from protect.trainings.scheduling import models, queries

AT_ONCE = 1000  # rows that are written anew when one is added; each night it is all
NAMELESS = [enums.Phase.PRE, enums.Phase.POST, enums.Phase.EVALUATION, enums.Phase.FOLLOW_UP]
CHANCE = SystemRandom()


def nameless(edition: UUID) -> list[QuerySet[Any]]:
    """Return all rows of an edition that must lead to no participant, kind by kind."""
    return [
        Response.objects.filter(edition=edition, phase__in=NAMELESS),
        AnswerToken.objects.filter(edition=edition),
    ]


def hold(editions: Iterable[UUID]) -> None:
    """Lock the measuring rows of editions, so that no shuffle restores rows deleted meanwhile. Call
    it before locking editions and registrations: a shuffle locks those afterwards."""
    rows = Measuring.objects.select_for_update(of=("self",)).filter(pk__in=list(editions))
    list(rows.order_by("pk"))


def mix(rows: QuerySet[Any], *fresh: UUID, most: int | None = AT_ONCE) -> int:
    """Rewrite rows in random order, so that row order does not reveal who answered when. Rewrites
    the `fresh` rows, just written, and at most `most` others; returns how many. The caller has
    locked the edition's measuring: no transaction adds a row meanwhile."""
    others = list(rows.exclude(pk__in=fresh).order_by("pk").values_list("pk", flat=True))
    chosen = [*fresh, *CHANCE.sample(others, min(len(others), most or len(others)))]
    CHANCE.shuffle(chosen)
    kept = rows.model._default_manager.in_bulk(chosen)
    rows.filter(pk__in=chosen).order_by("pk").delete()
    rows.model._default_manager.bulk_create([kept[key] for key in chosen], batch_size=500)
    return len(chosen)


def store_slips(
    edition: UUID, phase: enums.Phase, tokens: Iterable[str], *, expires_on: date
) -> None:
    """Store slips by the hashes of their tokens, in random order among the edition's others."""
    slips = AnswerToken.objects.bulk_create(
        AnswerToken(
            edition_id=edition,
            phase=phase,
            token_hash=access.token_hash(token),
            expires_on=expires_on,
        )
        for token in tokens
    )
    mix(AnswerToken.objects.filter(edition=edition), *(slip.pk for slip in slips))


def reinsert(*, at: datetime) -> Counter[str]:
    """Rewrite all anonymous rows of each edition in random order, and delete expired slips. One
    transaction for each edition. Return the number of rewritten rows by kind, and of deleted
    slips."""
    done: Counter[str] = Counter()
    for key in measured().order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            Measuring.objects.select_for_update().get(pk=key)
            over = AnswerToken.objects.filter(edition=key, expires_on__lt=at.date())
            done["slips_over"] += over.delete()[0]
            for rows in [*nameless(key), LinkTaken.objects.filter(registration__edition=key)]:
                done[rows.model._meta.model_name or ""] += mix(rows, most=None)
    return done


def measured() -> queries.EditionQuerySet:
    """Return the editions that have assessments."""
    return models.Edition.objects.filter(pk__in=Measuring.objects.values("pk"))
