"""Which translations the public reads: those that a second person has read, of today's text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from protect.directory.enums import ReviewState
from protect.directory.models import Service, ServiceText


def read(rows: Iterable[ServiceText], service: Service) -> Mapping[str, Mapping[str, str]]:
    """Return texts by field and language, without those whose source has changed. No query."""
    found: dict[str, dict[str, str]] = {}
    for each in rows:
        source: str = getattr(service, each.field)
        is_read = each.state == ReviewState.REVIEWED
        if is_read and each.source_digest == sha256(source.encode()).hexdigest():
            found.setdefault(each.field, {})[each.language_id] = each.text
    return found
