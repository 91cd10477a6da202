"""Comparison of versions, and who may move them."""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from protect.kernel.errors import take_step
from protect.trainings.curricula.enums import VersionMove, VersionState
from protect.trainings.curricula.errors import VersionMoveNotAllowed

# What only the owner does; the author of a draft submits it.
OF_OWNER = frozenset({VersionMove.PUBLISH, VersionMove.RETURN, VersionMove.RETIRE})


class Versioned(Protocol):
    """A version as others are compared with it; `thing_id` is of its module or course."""

    language_id: str
    number: int
    state: str

    @property
    def thing_id(self) -> UUID: ...


def newest[V: Versioned](versions: Iterable[V], of: V) -> V | None:
    """Return the highest published version of the same thing and language above this one."""
    above = [
        each
        for each in versions
        if (each.thing_id, each.language_id) == (of.thing_id, of.language_id)
        and each.number > of.number
        and each.state == VersionState.PUBLISHED
    ]
    return max(above, key=lambda each: each.number, default=None)


def may_move(move: VersionMove, *, is_owner: bool, is_author: bool) -> bool:
    """Return whether the owner or the author of a version may make this move."""
    return is_owner or (is_author and move not in OF_OWNER)


VERSION_MOVES = {
    (VersionState.DRAFT, VersionMove.SUBMIT): VersionState.IN_REVIEW,
    (VersionState.IN_REVIEW, VersionMove.RETURN): VersionState.DRAFT,
    (VersionState.IN_REVIEW, VersionMove.PUBLISH): VersionState.PUBLISHED,
    (VersionState.PUBLISHED, VersionMove.RETIRE): VersionState.RETIRED,
}


def step_version(state: VersionState, move: VersionMove) -> VersionState:
    """Return the state that `move` leads to. Errors: VersionMoveNotAllowed."""
    return take_step(VERSION_MOVES, state, move, VersionMoveNotAllowed)
