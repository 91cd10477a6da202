"""State tables: the target of each allowed move. Any other move is refused."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices

from protect.kernel.errors import ProtectError


def take_step[S: TextChoices, M: TextChoices](
    moves: Mapping[tuple[S, M], S], state: S, move: M, refusal: type[ProtectError]
) -> S:
    """Return the state that `move` leads to. Errors: `refusal`, with both as facts."""
    try:
        return moves[state, move]
    except KeyError:
        raise refusal(state=state, move=move) from None
