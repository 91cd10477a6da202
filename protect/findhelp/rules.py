"""The refined answers of a visitor, as a document to seal. Pure: no clock, no request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHOWN = 5  # answers of one step; "more" shows as many again


@dataclass(frozen=True, slots=True)
class Refined:
    """The sealed content of /{tag}/r/{token}: where she was, and what she typed."""

    place: str = ""  # code of a place
    need: str = ""  # two letters
    fields: Mapping[str, str] | None = None  # as typed
    typed: str = ""  # a place's name that was not found, or is several
    service: str = ""  # code of a service of which something was reported
    outcome: str = ""  # of that report: one of enums.Outcome
    country: str = ""  # where it was looked for

    def as_document(self) -> dict[str, Any]:
        """Return it for sealing, without what is empty."""
        pairs = {
            "p": self.place,
            "n": self.need,
            "f": {k: v for k, v in (self.fields or {}).items() if v},
            "t": self.typed,
            "c": self.country,
            "s": self.service,
            "o": self.outcome,
        }
        return {key: value for key, value in pairs.items() if value}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Refined:
        """Return what was sealed."""
        return cls(
            place=document.get("p", ""),
            need=document.get("n", ""),
            fields=document.get("f", {}),
            typed=document.get("t", ""),
            country=document.get("c", ""),
            service=document.get("s", ""),
            outcome=document.get("o", ""),
        )


def shown_until(step: int) -> int:
    """Return how many answers a page shows. Units: step 1 is the first page."""
    return SHOWN * step
