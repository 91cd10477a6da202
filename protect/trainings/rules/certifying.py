"""Who gets a certificate, and what is missing where somebody does not. Units: whole minutes.

Source: docs/trainings-certificates.md.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from protect.trainings.enums import Assessment

A_DAY = timedelta(days=1)
OLD_AFTER = timedelta(days=2 * 365)  # of a key


class Lack(StrEnum):
    """What keeps somebody from a certificate."""

    NOTHING_PLANNED = "nothing_planned"  # no half day stands: nothing can be attended
    MINUTES = "minutes"
    NO_RESULT = "no_result"  # a test is asked for, and none of theirs is known
    NOT_PASSED = "not_passed"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a course version asks for."""

    attendance_percent: int
    pass_percent: int
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of somebody. `has_passed`: None without a result, or where none is asked."""

    planned: int
    attended: int
    has_passed: bool | None = None


class Key(Protocol):
    """What is known of a key of an issuer: `vault.formats.badges.IssuerKey`."""

    @property
    def controller(self) -> str: ...
    @property
    def created(self) -> datetime: ...
    @property
    def retired(self) -> datetime | None: ...
    @property
    def distrusted(self) -> datetime | None: ...


def lacks(rule: Rule, facts: Facts) -> tuple[Lack, ...]:
    """Return everything that is missing; nothing, when the rule is fulfilled."""
    return tuple(_lacks(rule, facts))


def missing_minutes(rule: Rule, facts: Facts) -> int:
    """Return how many minutes are missing. A part of a minute counts as one: 80 % of 7 is 6."""
    needed = -(-rule.attendance_percent * facts.planned // 100)
    return max(0, needed - facts.attended)


def is_same_name(typed: str, known: str) -> bool:
    """Return whether two spellings are one name: order of its parts, case and accents aside."""
    key = name_key(typed)
    return bool(key) and key == name_key(known)


def _lacks(rule: Rule, facts: Facts) -> Iterator[Lack]:
    if facts.planned <= 0:
        yield Lack.NOTHING_PLANNED
    elif missing_minutes(rule, facts):
        yield Lack.MINUTES
    if rule.assessment is not Assessment.NONE:
        if facts.has_passed is None:
            yield Lack.NO_RESULT
        elif not facts.has_passed:
            yield Lack.NOT_PASSED


def name_key(name: str) -> tuple[str, ...]:
    """Return what all spellings of a name have in common; empty where there are no letters."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(each for each in folded if not unicodedata.combining(each))
    letters = "".join(each if each.isalnum() else " " for each in plain)
    return tuple(sorted(letters.split()))


class Advice(StrEnum):
    """What is to be done about the keys of an issuer."""

    NO_KEY = "no_key"  # nothing can be issued
    LISTS_END = "lists_end"  # nobody signs what was issued any more
    MOVED = "moved"  # the public site has another name than the key
    OLD = "old"
    SIGNED_TONIGHT = "signed_tonight"  # what a distrusted key signed


def advice(keys: Sequence[Key], *, controller: str, issued: int, at: datetime) -> Advice | None:
    """Return what is to be done first; None when all is well.

    `controller` is the name under which a new key would be published, `issued` how many
    certificates there are.
    """
    in_use = next((each for each in keys if each.retired is None), None)
    if in_use is None:
        return Advice.LISTS_END if issued else Advice.NO_KEY
    if in_use.controller != controller:
        return Advice.MOVED
    newest = [each.distrusted for each in keys if each.distrusted is not None]
    if issued and newest and max(newest) > at - A_DAY:
        return Advice.SIGNED_TONIGHT
    return Advice.OLD if in_use.created <= at - OLD_AFTER else None
