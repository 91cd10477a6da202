"""Tokens: the answers of a visitor of the public site, sealed for half an hour."""

import os
from datetime import date, datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import transaction

from protect.vault.errors import TokenGone
from protect.vault.formats import errors, token as token_format
from protect.vault.models import DaySalt

TOKEN_MINUTES = 30  # a token can be opened for so long after it was sealed
SALT_HOURS = 48  # how long a day's salt is kept, from the beginning of its day


def seal_token(purpose: str, document: dict[str, object], *, at: datetime) -> str:
    """Seal a document into a token that only this server can open, for TOKEN_MINUTES. The first
    call of a day creates the salt of that day and deletes salts after SALT_HOURS. Units: `at`
    in UTC. Source: docs/adr/0003-refined-answers.md."""
    day = at.date()
    row, is_new = DaySalt.objects.get_or_create(day=day, defaults={"salt": os.urandom(32)})
    if is_new:
        delete_old_salts(at=at)
    token_content = token_format.TokenContent(issued=int(at.timestamp()), document=document)
    return token_format.seal(_token_key(row), purpose, day, token_content)


def open_token(purpose: str, token: str, *, at: datetime) -> tuple[dict[str, object], int]:
    """Return the document of a token, and in how many seconds it expires. Units: `at` in UTC.
    Errors: TokenGone when the token is forged, damaged, for another purpose, older than
    TOKEN_MINUTES, or its day's salt is gone."""
    try:
        row = DaySalt.objects.get(day=token_format.issue_day(token))
        token_content = token_format.unseal(_token_key(row), purpose, token)
    except (errors.Damaged, DaySalt.DoesNotExist):
        raise TokenGone from None
    age = at.timestamp() - token_content.issued
    if not -60 <= age <= TOKEN_MINUTES * 60:  # tolerate a minute between the clocks of servers
        raise TokenGone
    return token_content.document, ceil(TOKEN_MINUTES * 60 - age)


@transaction.atomic
def delete_old_salts(*, at: datetime) -> int:
    """Delete the salts of days that began SALT_HOURS or longer before `at`; return how many."""
    newest_deleted_day: date = (at - timedelta(hours=SALT_HOURS)).date()
    return DaySalt.objects.filter(day__lte=newest_deleted_day).delete()[0]


def _token_key(row: DaySalt) -> bytes:
    return token_format.derive_day_key(settings.SECRET_KEY, bytes(row.salt))
