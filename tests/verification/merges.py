"""Two entries that may be one, and every row that a merging could change."""

from datetime import datetime
from typing import Any

from protect.directory.models import Service
from protect.verification.duplicates import merges
from protect.verification.duplicates.merges import MergeChoice
from protect.verification.enums import PairState
from protect.verification.models import DuplicatePair
from tests.directory.tables import models_of_entries
from tests.verification.nights import LATER, NOW, Keepers

# What a merging and its undoing leave behind by right.
MOVES = {"version", "last_modified"}
UNSEEN = {"DirectoryVersion", "QueueItem"}  # what came to be checked waits on


def pair_of(one: Service, other: Service, **given: Any) -> DuplicatePair:
    """Return a pair that was proposed."""
    first, second = sorted((one, other), key=lambda each: each.pk)
    fields = {"country_id": one.country_id, "proposed_at": NOW, "score": 0.6} | given
    return DuplicatePair.objects.create(first=first, second=second, **fields)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return every row of the directory, without what moves with each change."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in MOVES}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models_of_entries()
        if model.__name__ not in UNSEEN
    }


def waits(pair: DuplicatePair) -> bool:
    """Return whether a pair is proposed again, with nothing of a merging left."""
    pair.refresh_from_db()
    return (pair.state, pair.before, pair.decided_by_id) == (PairState.PROPOSED, {}, None)


def merged(
    keepers: Keepers, pair: DuplicatePair, keep: Service, *facts: str, at: datetime = NOW
) -> Any:
    """Merge a pair: `keep` remains, with these facts of the other entry."""
    choice = MergeChoice(keep.pk, frozenset(facts))
    return merges.merge(keepers.edda.scope, pair, choice, at=at)


def undone(keepers: Keepers, pair: DuplicatePair, at: datetime = LATER) -> Any:
    """Take a merging back."""
    return merges.undo_merge(keepers.cora.scope, pair, at=at)
