"""Validation of typed names, reasons, e-mail addresses, languages, countries and zones."""

import unicodedata
from collections.abc import Container, Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from protect.kernel.errors import ProtectError
from protect.orgs import errors
from protect.reference import vocabulary

NAME_LENGTH = 120  # characters, as in the models: of a user, an organisation or a team
PURPOSE_LENGTH = 240  # characters
UNREADABLE_CATEGORIES = {"Cc", "Cs"}  # of Unicode: control characters and surrogates


def validate_name(text: str) -> str:
    """Return a name on one line, without outer blanks. Errors: detail_invalid."""
    return validate_line(text, "name", range(1, NAME_LENGTH + 1))


def validate_email_address(text: str) -> str:
    """Return an e-mail address in the stored form, lower case. Errors: detail_invalid."""
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise errors.OrganisationRefusal("detail_invalid", field="email") from None
    return email


def validate_language(tag: str) -> str:
    """Return a language tag if languages.toml has it. Errors: detail_invalid."""
    return validate_choice(tag, vocabulary.languages(), "language")


@contextmanager
def refuse_duplicates(refusal: ProtectError) -> Iterator[None]:
    """Turn an IntegrityError of the block into a refusal, also in a race of two requests."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise refusal from None


def validate_line(text: str, field: str, lengths: range) -> str:
    """Return a text of permitted length on one line. Errors: detail_invalid."""
    line = " ".join(text.split())
    is_readable = UNREADABLE_CATEGORIES.isdisjoint(map(unicodedata.category, line))
    if len(line) not in lengths or not is_readable:
        raise errors.OrganisationRefusal("detail_invalid", field=field)
    return line


def validate_choice(value: str, allowed: Container[str], field: str) -> str:
    """Return a value if it is allowed. Errors: detail_invalid."""
    if value not in allowed:
        raise errors.OrganisationRefusal("detail_invalid", field=field)
    return value
