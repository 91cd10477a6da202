"""Who gets a certificate, and what is missing where somebody does not. Units: whole minutes.

Source: docs/trainings-certificates.md.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from protect.trainings.enums import Assessment


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
