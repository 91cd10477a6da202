"""Why a check was begun: subjects that lie above adaptations register what they know of a check."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from protect.coordination.adaptations.models import Adaptation
from protect.orgs.scope import Scope


class CheckReason(NamedTuple):
    """A reason of a check, such as a finding of a mapping, which all who see the check may read."""

    kind: str
    title: str
    text: str
    lines: tuple[str, ...]  # what is recommended
    url: str  # "" if the user may not open it


type FindReasons = Callable[[Scope, Adaptation], Iterable[CheckReason]]
_REGISTERED: list[FindReasons] = []


def register_reasons(find: FindReasons) -> None:
    """Let a subject say why checks were begun."""
    if find not in _REGISTERED:
        _REGISTERED.append(find)


def reasons_of(scope: Scope, check: Adaptation) -> list[CheckReason]:
    return [reason for find in _REGISTERED for reason in find(scope, check)]
