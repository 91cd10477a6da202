"""Where an organisation publishes the keys of its certificates, and which there are."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from protect.kernel.items import items
from protect.vault import key_register
from protect.vault.formats.badges import IssuerKey, did_web
from protect.vault.models import BadgeKey


def issuer_address(organisation: UUID) -> str:
    """Return the page of the public site below which an organisation's keys and lists stand."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/issuers/{organisation}"


def controller_of(organisation: UUID) -> str:
    """Return the name under which an organisation signs now: did:web, of the page above."""
    return did_web(issuer_address(organisation))


def is_name_here(controller: str) -> bool:
    """Return whether a name is one under which an organisation signs on this platform."""
    return controller.startswith(f"{did_web(issuer_address(UUID(int=0))).rpartition(':')[0]}:")


def keys_of(organisation: UUID) -> tuple[IssuerKey, ...]:
    """Return every key that an organisation ever signed with, the oldest first."""
    return _published(BadgeKey.objects.filter(organisation=organisation))


def keys_under(controller: str) -> tuple[IssuerKey, ...]:
    """Return the keys that are published under a name; none for another publisher's name."""
    return _published(BadgeKey.objects.filter(controller=controller))


def has_unconfirmed_key(controller: str) -> bool:
    """Return whether a key stands under a name that the ledger does not know.

    A writer to the database has put it there, or the ledger was lost.
    """
    return not all(map(is_confirmed, BadgeKey.objects.filter(controller=controller)))


def digest_of(key: BadgeKey) -> bytes:
    """Return the ledger's digest of a key: its organisation, its name and the key itself."""
    encoded = items("badge_key", key.organisation_id, key.controller, key.public)
    return hashlib.sha256(encoded).digest()


def is_confirmed(key: BadgeKey) -> bool:
    """Return whether the ledger says that this server made a key."""
    return key_register.is_row(key_register.BADGE_KEY, key.pk, digest_of(key))


def _published(rows: QuerySet[BadgeKey]) -> tuple[IssuerKey, ...]:
    """Return the keys that this server made: rows alone could be those of a writer."""
    return tuple(
        IssuerKey(row.controller, row.public, row.created, row.retired_at, row.distrusted_at)
        for row in rows.order_by("created", "pk")
        if is_confirmed(row)
    )
