"""Helpers for merge tests: pairs, merges, and snapshots of all directory rows."""

from datetime import datetime
from typing import Any

from protect.directory.models import Service
from protect.verification.duplicates import merges
from protect.verification.duplicates.merges import MergeChoice
from protect.verification.enums import PairState
from protect.verification.models import DuplicatePair
from tests.directory.tables import models_of_entries
from tests.verification.nights import LATER, NOW, DirectoryStaff

# Columns that a merge and its undo change for good.
VERSION_COLUMNS = {"version", "last_modified"}
IGNORED_MODELS = {"DirectoryVersion", "QueueItem"}  # rows that the undo leaves in the queue


def pair_of(one: Service, other: Service, **given: Any) -> DuplicatePair:
    """Create a proposed pair of two entries."""
    first, second = sorted((one, other), key=lambda each: each.pk)
    fields = {"country_id": one.country_id, "proposed_at": NOW, "score": 0.6} | given
    return DuplicatePair.objects.create(first=first, second=second, **fields)


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Return all rows of the directory by model, without VERSION_COLUMNS and IGNORED_MODELS."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in VERSION_COLUMNS}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models_of_entries()
        if model.__name__ not in IGNORED_MODELS
    }


def is_proposed_again(pair: DuplicatePair) -> bool:
    """Return whether a pair is proposed again, without data of a merge."""
    pair.refresh_from_db()
    return (pair.state, pair.before, pair.decided_by_id) == (PairState.PROPOSED, {}, None)


def merge_pair(
    staff: DirectoryStaff,
    pair: DuplicatePair,
    keep: Service,
    *facts: str,
    at: datetime = NOW,
) -> Any:
    """Merge a pair: `keep` remains, with these facts of the other entry."""
    choice = MergeChoice(keep.pk, frozenset(facts))
    return merges.merge(staff.edda.scope, pair, choice, at=at)


def undo_pair_merge(staff: DirectoryStaff, pair: DuplicatePair, at: datetime = LATER) -> Any:
    """Undo the merge of a pair."""
    return merges.undo_merge(staff.cora.scope, pair, at=at)
