"""The answer to a question: rows with a verdict and reasons in minutes, and always some help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from protect.directory.enums import Fact, Freshness, Mode
from protect.directory.hours import Now
from protect.matching.services.rows import ServiceRow

# (beyond reach, reporting group, minutes, metres, UUID as a number): smaller is better.
type Key = tuple[int, int, int, int, int]
# The code of a reason, and the facts that fill its sentence.
type ReasonParts = tuple[str, Mapping[str, str | int]]


class Fit(StrEnum):
    """How sure the answer is. `fits` follows only from checked facts."""

    FITS = "fits"
    ASK_FIRST = "ask_first"


class Reason(NamedTuple):
    """A reason for the position of a row. `wording` makes a sentence of it."""

    code: str
    minutes: int = 0
    freshness: Freshness | None = None  # None: nothing that could be checked
    facts: Mapping[str, str | int] | None = None  # fill the sentence's placeholders
    fact: Fact | None = None  # what it was read from; when that was checked: `row.last_seen`


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a service: voice, whatsapp, text, email or website."""

    kind: str
    value: str
    freshness: Freshness


class Match(NamedTuple):
    row: ServiceRow
    verdict: Fit
    key: Key
    reasons: tuple[Reason, ...]  # the most telling first
    caution: Reason | None  # stands before the reasons
    distance_m: int | None
    mode: Mode | None  # the best way among those that she chose; None = not known
    open: Now  # state by that way, and when it changes
    contacts: tuple[Contact, ...]
    valid_until: datetime | None  # when any of the above changes by itself
    failing: Reason | None = None  # of a near miss: the one condition that is not met

    @property
    def minutes(self) -> int:
        return self.key[2]


@dataclass(frozen=True, slots=True)
class Answers:
    answers: tuple[Match, ...]
    near_misses: tuple[Match, ...]
    counts_by_reason: Mapping[str, int]  # removed rows by the first condition that removed them
    national: tuple[Match, ...]  # rows of national scope that are not among the answers
    valid_until: datetime | None
    version: int  # of the directory
