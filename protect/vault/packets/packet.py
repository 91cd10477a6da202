"""What may travel: exactly the fields that a consent lists, to one team or one link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, repr=False)
class Packet:
    """Made by the one place that reads consents, and by no other; `seal_packet` takes nothing else.

    `to_team` with `to_version` is the receiver's key that was looked at; both are None for a
    receiver without an account, which gets a link and a code.
    """

    fields: dict[str, Any]
    consent: UUID
    scope: frozenset[str]  # codes of the groups of fields that the consent lists
    expires: datetime
    to_team: UUID | None = None
    to_version: int | None = None

    def __repr__(self) -> str:
        return "Packet(…)"
