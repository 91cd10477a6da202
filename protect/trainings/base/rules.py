"""State tables: one step, and that nothing else is possible."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices

from protect.kernel.errors import ProtectError


def take_step[S: TextChoices, M: TextChoices](
    moves: Mapping[tuple[S, M], S], state: S, move: M, refusal: type[ProtectError]
) -> S:
    try:
        return moves[state, move]
    except KeyError:
        raise refusal(state=state.value, move=move.value) from None
