"""Validation of typed details: names, addresses, languages, countries, zones."""

import unicodedata
from collections.abc import Container, Iterator
from contextlib import contextmanager
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from protect.audit.rules import REASON_LENGTH
from protect.kernel.errors import ProtectError
from protect.orgs import enums, errors
from protect.reference import vocabulary

NAME_LENGTH = 120  # as in the models
PURPOSE_LENGTH = 240
UNREADABLE = {"Cc", "Cs"}  # control characters, halves of characters


def name(text: str) -> str:
    """Return a name in one line, without blanks around. Errors: detail_invalid."""
    return _line(text, "name", range(1, NAME_LENGTH + 1))


def purpose(text: str) -> str:
    """Return the purpose of a team in one line; may be empty. Errors: detail_invalid."""
    return _line(text, "purpose", range(PURPOSE_LENGTH + 1))


def reason(text: str) -> str:
    """Return a reason in one line. Errors: detail_invalid."""
    return _line(text, "reason", range(1, REASON_LENGTH + 1))


def address(text: str) -> str:
    """Return an e-mail address as it is stored, in small letters. Errors: detail_invalid."""
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise errors.OrganisationRefusal("detail_invalid", field="email") from None
    return email


def language(tag: str) -> str:
    """Return a tag that languages.toml has. Errors: detail_invalid."""
    return _one_of(tag, vocabulary.languages(), "language")


def country(code: str) -> str:
    """Return a code that countries.toml has. Errors: detail_invalid."""
    return _one_of(code, vocabulary.countries(), "country")


def zone(key: str) -> str:
    """Return a time zone that this machine knows. Errors: detail_invalid."""
    return _one_of(key, available_timezones(), "zone")


def kind(code: str) -> str:
    """Return a kind of organisation. Errors: detail_invalid."""
    return _one_of(code, enums.OrganisationKind.values, "kind")


@contextmanager
def refusing(refusal: ProtectError) -> Iterator[None]:
    """Raise a readable refusal for an IntegrityError of the block, also in a race."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise refusal from None


def _line(text: str, field: str, lengths: range) -> str:
    line = " ".join(text.split())
    if len(line) not in lengths or any(unicodedata.category(each) in UNREADABLE for each in line):
        raise errors.OrganisationRefusal("detail_invalid", field=field)
    return line


def _one_of(value: str, allowed: Container[str], field: str) -> str:
    if value not in allowed:
        raise errors.OrganisationRefusal("detail_invalid", field=field)
    return value
