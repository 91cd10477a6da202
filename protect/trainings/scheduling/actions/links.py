"""Links of bookable people: to their own bookings, and to their calendar.

Tokens are made of the server's secret, so that the same link can be said again; the database keeps
their hashes, and a link ends when they go.
"""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction
from django.utils.crypto import salted_hmac

from protect.audit.context import AuditContext
from protect.trainings.base.access import token_hash
from protect.trainings.base.links import public_address
from protect.trainings.scheduling.models import Resource

TOKEN_BYTES = 32


class Link(StrEnum):
    """The target of a link."""

    PAGE = "page"
    FEED = "feed"


# The columns of a link: the hash of its token, and the number of which it is made.
COLUMNS = {Link.PAGE: ("token_hash", "link_number"), Link.FEED: ("feed_hash", "feed_number")}


@transaction.atomic
def give(resource: Resource, link: Link, *, audit: AuditContext) -> str:
    """Return the token of a link, which works from now on. Twice is the same one."""
    row = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    column, _ = COLUMNS[link]
    token = _made(row, link)
    if getattr(row, column) != token_hash(token):
        setattr(row, column, token_hash(token))
        row.save(update_fields=[column])
        audit.record("trainings.link_give", row)
    return token


@transaction.atomic
def end(resource: Resource, link: Link, *, audit: AuditContext) -> None:
    """End a link of a person. The next link has another address."""
    row = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    column, number = COLUMNS[link]
    if getattr(row, column) is None:
        return
    setattr(row, column, None)
    setattr(row, number, getattr(row, number) + 1)
    row.save(update_fields=[column, number])
    audit.record("trainings.link_end", row)


def token_of(resource: Resource, link: Link) -> str:
    """Return the token of a link that works, "" where there is none."""
    token = _made(resource, link)
    return token if getattr(resource, COLUMNS[link][0]) == token_hash(token) else ""


def page_address(resource: Resource, token: str) -> str:
    """Return the full address of a person's own bookings page, in the language of their mail."""
    return public_address("open:own_bookings", token, tag=resource.mail_language_id or "")


def _made(resource: Resource, link: Link) -> str:
    of = f"{link}:{resource.pk}:{getattr(resource, COLUMNS[link][1])}"
    return salted_hmac("trainings.bookings", of, algorithm="sha256").hexdigest()
