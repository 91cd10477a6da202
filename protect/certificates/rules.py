"""Rules for certificates: requirements, advice on keys and printed numbers. Units: whole minutes.
Source: docs/trainings-developers.md."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from protect.kernel.ids import normalise_code, parse_uuid, to_western_digits
from protect.trainings.attendance.rules import minutes_missing
from protect.trainings.base.enums import Assessment
from protect.vault.formats.badges import IssuerKey

CERTIFICATE_NUMBER_LENGTH, GROUP_LENGTH = 32, 4  # hexadecimal digits
ONE_DAY = timedelta(days=1)  # after it, certificates of a distrusted key have been signed again
KEY_OLD_AFTER = timedelta(days=2 * 365)  # then a new key is advised
# Cyrillic, Greek and Latin capitals → the hexadecimal digits that they look like.
LOOK_ALIKES = str.maketrans("АВСЕОІ" + "ΑΒΕΟΙ" + "OIL", "ABCE01" + "ABE01" + "011")


class MissingRequirement(StrEnum):
    NOTHING_PLANNED = "nothing_planned"  # the edition has no session to attend
    MINUTES = "minutes"
    NO_RESULT = "no_result"  # a test is required, and there is no result
    NOT_PASSED = "not_passed"


@dataclass(frozen=True, slots=True)
class CertificateRule:
    """The requirements of an edition for a certificate."""

    attendance_percent: int
    pass_percent: int
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Facts:
    """A participant's minutes and test result; `has_passed` is None without a result or a test."""

    planned: int
    attended: int
    has_passed: bool | None = None


def missing_minutes(rule: CertificateRule, facts: Facts) -> int:
    return minutes_missing(rule.attendance_percent, facts.planned, facts.attended)


def missing_requirements(rule: CertificateRule, facts: Facts) -> Iterator[MissingRequirement]:
    if facts.planned <= 0:
        yield MissingRequirement.NOTHING_PLANNED
    elif missing_minutes(rule, facts):
        yield MissingRequirement.MINUTES
    if rule.assessment is not Assessment.NONE:
        if facts.has_passed is None:
            yield MissingRequirement.NO_RESULT
        elif not facts.has_passed:
            yield MissingRequirement.NOT_PASSED


class KeyAdvice(StrEnum):
    """The next step to take with an issuer's keys."""

    NO_KEY = "no_key"  # nothing can be issued
    LISTS_END = "lists_end"  # no key signs the status lists of issued certificates
    MOVED = "moved"  # the public site has another address than the key
    OLD = "old"
    SIGNED_TONIGHT = "signed_tonight"  # certificates of a distrusted key are signed again tonight


def next_key_step(
    keys: Sequence[IssuerKey], *, controller: str, issued: int, at: datetime
) -> KeyAdvice | None:
    """Return the next step to take with an issuer's keys; None if none is needed.
    `controller`: the name that a new key would get. `issued`: number of certificates."""
    in_use = next((key for key in keys if key.retired is None), None)
    if in_use is None:
        return KeyAdvice.LISTS_END if issued else KeyAdvice.NO_KEY
    if in_use.controller != controller:
        return KeyAdvice.MOVED
    distrusted_at = [key.distrusted for key in keys if key.distrusted is not None]
    if issued and distrusted_at and max(distrusted_at) > at - ONE_DAY:
        return KeyAdvice.SIGNED_TONIGHT
    return KeyAdvice.OLD if in_use.created <= at - KEY_OLD_AFTER else None


def printed_number(credential: UUID) -> str:
    """Return the number of a certificate in groups of four: “3F2A 91BC …”."""
    text, starts = credential.hex.upper(), range(0, CERTIFICATE_NUMBER_LENGTH, GROUP_LENGTH)
    return " ".join(text[at : at + GROUP_LENGTH] for at in starts)


def parse_number(typed_number: str) -> UUID | None:
    """Return the credential of a typed number or of a URL that ends in it; None if unreadable."""
    last = typed_number.strip().rstrip("/").rpartition("/")[2]
    normalised = unicodedata.normalize("NFKC", last).upper().translate(LOOK_ALIKES)
    number = normalise_code(to_western_digits(normalised))
    return parse_uuid(number) if len(number) == CERTIFICATE_NUMBER_LENGTH else None
