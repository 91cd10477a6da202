"""Which facts of a country are confirmed, in this process: read again when the version of the
directory has changed, which each confirmation raises. Without a database the last ones stay."""

import hmac
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from django.db import Error

from protect.content.models import FactConfirmation
from protect.matching import published
from protect.vault.server_keys.match_keys import keyed_hash

SEAL_PURPOSE = "content.fact_confirmation"

log = logging.getLogger("protect")

_memory: dict[str, tuple[int, frozenset[str]]] = {}  # by country: number of the snapshot, digests


def confirmed_digests(country: str) -> frozenset[str]:
    """Return the digests of the facts of a country that are confirmed: those of
    `country_facts.digest_of`. Without a database the last ones; none before they were read."""
    number = published.snapshot_number()
    kept = _memory.get(country)
    if kept is None or kept[0] != number:
        try:
            kept = _memory[country] = (number, frozenset(read(country)))
        except Error:
            return kept[1] if kept else frozenset()
    return kept[1]


def forget() -> None:
    """Read the confirmations anew when they are asked for next (in tests)."""
    _memory.clear()


def seal(country: str, digest: str, role: str, user: UUID | None, at: datetime) -> str:
    """Return the keyed hash of a confirmation, 64 hexadecimal digits: a person who can write to the
    database but has no key of the server cannot confirm a fact. Errors: match_key_missing."""
    when = at.astimezone(UTC).isoformat(timespec="seconds")
    text = json.dumps([country, digest, role, str(user), when], ensure_ascii=False)
    return keyed_hash(SEAL_PURPOSE, text)


def is_sealed(row: FactConfirmation) -> bool:
    """Return whether a confirmation is as this server sealed it. Errors: match_key_missing."""
    user = row.confirmed_by_id
    expected = seal(row.country_id, row.digest, row.role, user, row.confirmed_at)
    return hmac.compare_digest(expected.encode(), str(row.seal).encode(errors="replace"))


def read(country: str) -> Iterator[str]:
    """Yield the digests of the confirmed facts of a country, as the database has them now."""
    for row in FactConfirmation.objects.filter(country=country):
        if is_sealed(row):
            yield row.digest
        else:
            log.error("content_confirmation_damaged: a confirmation of %s was changed", country)
