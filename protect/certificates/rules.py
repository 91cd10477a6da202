"""Which participants get a certificate, and what the others lack.
Units: whole minutes. Source: docs/trainings-developers.md."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from protect.kernel.ids import squeezed, western
from protect.trainings.attendance.rules import minutes_missing
from protect.trainings.base.enums import Assessment
from protect.vault.formats.badges import IssuerKey

LENGTH, GROUP = 32, 4
A_DAY = timedelta(days=1)
OLD_AFTER = timedelta(days=2 * 365)  # of a key
# Capitals of a Cyrillic or Greek keyboard that look like those on paper; letters that no number
# has and that look like its digits.
LOOK_ALIKES = str.maketrans("АВСЕОІ" + "ΑΒΕΟΙ" + "OIL", "ABCE01" + "ABE01" + "011")


class Lack(StrEnum):
    NOTHING_PLANNED = "nothing_planned"  # no half day stands: nothing can be attended
    MINUTES = "minutes"
    NO_RESULT = "no_result"  # a test is asked for, and none of theirs is known
    NOT_PASSED = "not_passed"


@dataclass(frozen=True, slots=True)
class Rule:
    attendance_percent: int
    pass_percent: int
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of a participant. `has_passed`: None without a result, or without a test."""

    planned: int
    attended: int
    has_passed: bool | None = None


def missing_minutes(rule: Rule, facts: Facts) -> int:
    return minutes_missing(rule.attendance_percent, facts.planned, facts.attended)


def lacks(rule: Rule, facts: Facts) -> Iterator[Lack]:
    if facts.planned <= 0:
        yield Lack.NOTHING_PLANNED
    elif missing_minutes(rule, facts):
        yield Lack.MINUTES
    if rule.assessment is not Assessment.NONE:
        if facts.has_passed is None:
            yield Lack.NO_RESULT
        elif not facts.has_passed:
            yield Lack.NOT_PASSED


class Advice(StrEnum):
    NO_KEY = "no_key"  # nothing can be issued
    LISTS_END = "lists_end"  # status lists of what was issued are signed no more
    MOVED = "moved"  # the public site has another name than the key
    OLD = "old"
    SIGNED_TONIGHT = "signed_tonight"  # what a distrusted key signed


def advice(
    keys: Sequence[IssuerKey], *, controller: str, issued: int, at: datetime
) -> Advice | None:
    """Return the first step to take with keys, None without one. `controller`: of a new key."""
    in_use = next((each for each in keys if each.retired is None), None)
    if in_use is None:
        return Advice.LISTS_END if issued else Advice.NO_KEY
    if in_use.controller != controller:
        return Advice.MOVED
    newest = [each.distrusted for each in keys if each.distrusted is not None]
    if issued and newest and max(newest) > at - A_DAY:
        return Advice.SIGNED_TONIGHT
    return Advice.OLD if in_use.created <= at - OLD_AFTER else None


def printed_number(credential: UUID) -> str:
    """Return a number in groups: “3F2A 91BC …”."""
    text = credential.hex.upper()
    return " ".join(text[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def number_of(typed: str) -> UUID | None:
    """Return a typed number, however spelled, alone or at the end of an address; else None."""
    last = typed.strip().rstrip("/").rpartition("/")[2]
    wide = unicodedata.normalize("NFKC", last).upper().translate(LOOK_ALIKES)
    number = squeezed(western(wide))
    if len(number) != LENGTH:
        return None
    try:
        return UUID(number)
    except ValueError:
        return None
