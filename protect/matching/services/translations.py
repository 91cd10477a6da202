"""Which translations the public reads: those that a second person has read, of today's text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from protect.directory.enums import ReviewState
from protect.directory.models import Service, ServiceText


def read(rows: Iterable[ServiceText], service: Service) -> Mapping[str, Mapping[str, str]]:
    """Return texts by field and language, without stale ones. No query."""
    texts: dict[str, dict[str, str]] = {}
    for row in rows:
        source: str = getattr(service, row.field)
        is_read = row.state == ReviewState.REVIEWED
        if is_read and row.source_digest == sha256(source.encode()).hexdigest():
            texts.setdefault(row.field, {})[row.language_id] = row.text
    return texts
