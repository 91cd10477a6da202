"""What a service shuts out, whoever asks."""

from __future__ import annotations

from collections.abc import Callable

from protect.directory.enums import Answer, Kind
from protect.matching.conditions.truth import is_limit
from protect.matching.questions.prepared import Asked
from protect.matching.services.rows import ServiceRow


def never(row: ServiceRow) -> bool:
    """Say that no row states such a limit."""
    return False


def say_nothing(row: ServiceRow, asked: Asked) -> None:
    """Say nothing about a yes."""


def of(*kinds: Kind) -> Callable[[ServiceRow], bool]:
    """Return the question whether a row states a limit of one of these kinds."""

    def limited(row: ServiceRow) -> bool:
        return any(map(is_limit, (each for kind in kinds for each in row.conditions.get(kind, ()))))

    return limited


def of_access(row: ServiceRow) -> bool:
    """Return whether somebody who does not walk, hear or see well is shut out."""
    return any(usable.answer == Answer.NO for usable in row.access.values())
