"""Rules of versions: which version is newer, and who may change the state of a version."""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from protect.kernel.errors import next_state
from protect.trainings.curricula.enums import VersionMove, VersionState
from protect.trainings.curricula.errors import VersionMoveNotAllowed

# Moves that only the owner may make; the author may submit a draft.
OWNER_MOVES = frozenset({VersionMove.PUBLISH, VersionMove.RETURN, VersionMove.RETIRE})


class Versioned(Protocol):
    """The fields by which versions are compared. `item_id`: the module or course."""

    language_id: str
    number: int
    state: str

    @property
    def item_id(self) -> UUID: ...


def find_newest_version[V: Versioned](versions: Iterable[V], version: V) -> V | None:
    """Return the newest published version of the same module or course and language, if newer."""
    key = (version.item_id, version.language_id)
    same = [row for row in versions if (row.item_id, row.language_id) == key]
    published = [row for row in same if row.state == VersionState.PUBLISHED]
    newer = [row for row in published if row.number > version.number]
    return max(newer, key=lambda row: row.number, default=None)


def may_move(move: VersionMove, *, is_owner: bool, is_author: bool) -> bool:
    """Return whether an owner or author may make a state change of a version."""
    return is_owner or (is_author and move not in OWNER_MOVES)


VERSION_MOVES = {
    (VersionState.DRAFT, VersionMove.SUBMIT): VersionState.IN_REVIEW,
    (VersionState.IN_REVIEW, VersionMove.RETURN): VersionState.DRAFT,
    (VersionState.IN_REVIEW, VersionMove.PUBLISH): VersionState.PUBLISHED,
    (VersionState.PUBLISHED, VersionMove.RETIRE): VersionState.RETIRED,
}


def next_version_state(state: VersionState, move: VersionMove) -> VersionState:
    """Return the state to which `move` leads. Errors: VersionMoveNotAllowed."""
    return next_state(VERSION_MOVES, state, move, VersionMoveNotAllowed)
