"""What a visitor of the public site says of themselves, carried for half an hour in a token."""

import os
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from protect.vault.errors import TokenGone
from protect.vault.formats import errors, token as token_format
from protect.vault.models import DaySalt

TOKEN_MINUTES = 30
SALT_HOURS = 48


def seal_token(purpose: str, document: dict[str, object], *, at: datetime) -> str:
    """Return a token that carries a document for half an hour, unreadable to anyone else.
    Writes once a day: the salt of the day is made, and those of old days are destroyed.
    Units: `at` in UTC; valid TOKEN_MINUTES from then; a day's salt lasts SALT_HOURS.
    Source: docs/adr/0003-refined-answers.md."""
    day = at.date()
    row, is_new = DaySalt.objects.get_or_create(day=day, defaults={"salt": os.urandom(32)})
    if is_new:
        forget_salts(at=at)
    opened = token_format.OpenedToken(issued=int(at.timestamp()), document=document)
    return token_format.seal(_key(row), purpose, day, opened)


def open_token(purpose: str, token: str, *, at: datetime) -> dict[str, object]:
    """Return the document of a token. Units: `at` in UTC. Errors: TokenGone when it is forged, cut,
    for another purpose, older than TOKEN_MINUTES, or when its day's salt is gone."""
    try:
        row = DaySalt.objects.get(day=token_format.day_of(token))
        opened = token_format.unseal(_key(row), purpose, token)
    except (errors.Damaged, DaySalt.DoesNotExist):
        raise TokenGone from None
    age = at.timestamp() - opened.issued
    if not -60 <= age <= TOKEN_MINUTES * 60:  # a minute for clocks that differ
        raise TokenGone
    return opened.document


@transaction.atomic
def forget_salts(*, at: datetime) -> int:
    """Destroy the salts of days that began SALT_HOURS or longer before `at`; return how many.
    Units: `at` in UTC."""
    newest: date = (at - timedelta(hours=SALT_HOURS)).date()
    return DaySalt.objects.filter(day__lte=newest).delete()[0]


def _key(row: DaySalt) -> bytes:
    return token_format.derive_key(settings.SECRET_KEY, bytes(row.salt))
