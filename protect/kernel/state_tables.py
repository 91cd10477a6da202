"""State tables: the target of each allowed move. Any other move is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from protect.kernel.errors import ProtectError


def take_step[S: Enum, M: Enum](
    moves: Mapping[tuple[S, M], S], state: S, move: M, refusal: Callable[..., ProtectError]
) -> S:
    """Return the state that `move` leads to. Errors: `refusal`, with the codes of both."""
    try:
        return moves[state, move]
    except KeyError:
        raise refusal(state=state.value, move=move.value) from None
