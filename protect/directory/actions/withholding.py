"""What nobody may write about a service whose address is never stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from protect.directory import rules
from protect.directory.enums import Audience
from protect.directory.errors import TellsWhere
from protect.directory.models import Service


def must_not_tell_where(service: Service, *typed: object) -> None:
    """Refuse texts that resemble an address or a map link. `typed` may be texts, lists, mappings.

    Errors: TellsWhere, for a service whose address is never stored; it quotes nothing.
    """
    if service.address_audience != Audience.NEVER_STORED:
        return
    if any(rules.resembles_address(text) for each in typed for text in _texts(each)):
        raise TellsWhere()


def _texts(typed: Any) -> Iterator[str]:
    """Yield every text that stands anywhere in what somebody typed."""
    if isinstance(typed, str):
        yield typed
    elif isinstance(typed, Mapping):
        for each in typed.values():
            yield from _texts(each)
    elif isinstance(typed, (list, tuple, set, frozenset)):
        for each in typed:
            yield from _texts(each)
