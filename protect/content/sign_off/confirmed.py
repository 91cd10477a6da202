"""Which facts of a country are confirmed, in this process: read again when the version of the
directory has changed, which each confirmation raises. Without a database the last ones stay."""

import logging
from collections.abc import Iterator

from django.db import Error

from protect.audit.models import Entry
from protect.audit.rules import DONE
from protect.content.models import FactConfirmation
from protect.matching import published

TAKEN_BACK = "content.unconfirm_fact"  # recorded by actions.take_back

log = logging.getLogger("protect")

_memory: dict[str, tuple[int, frozenset[str]]] = {}  # by country: number of the snapshot, digests


def confirmed_digests(country: str) -> frozenset[str]:
    """Return the digests of the facts of a country that are confirmed: those of
    `country_facts.digest_of`. Without a database the last ones; none before they were read."""
    kept = _memory.get(country)
    try:
        number = published.snapshot_number()
        if kept is None or kept[0] != number:
            kept = _memory[country] = (number, frozenset(read(country)))
    except Error:
        return kept[1] if kept else frozenset()
    return kept[1]


def forget() -> None:
    """Read the confirmations anew when they are asked for next (in tests)."""
    _memory.clear()


def read(country: str) -> Iterator[str]:
    """Yield the digests of the confirmed facts of a country, as the database has them now. A row
    that was put back after its confirmation was taken back has an audit entry of that."""
    stored = FactConfirmation.objects.filter(country=country)
    rows = {f"factconfirmation:{row.pk}": row for row in stored}
    entries = Entry.objects.filter(action=TAKEN_BACK, outcome=DONE, target__in=rows)
    taken_back = set(entries.values_list("target", flat=True))
    for target, row in rows.items():
        if row.is_sealed() and target not in taken_back:
            yield row.digest
        else:
            log.error("content_confirmation_damaged: a confirmation of %s was changed", country)
