"""Entries that tests write, with as few words as the test needs."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from protect.audit.actions import record
from protect.audit.models import Entry
from protect.audit.rules import organisation_chain

AT = datetime(2026, 11, 25, 10, 30, 0, 123456, tzinfo=UTC)
AMALS = UUID("aaaaaaaa-0000-4000-8000-000000000001")
SAFE_HOUSE = UUID("0f0f0f0f-0000-4000-8000-000000000001")
OTHER_HOUSE = UUID("0f0f0f0f-0000-4000-8000-000000000002")
CHAIN = organisation_chain(SAFE_HOUSE)


def write(**changes: Any) -> Entry:
    given = {
        "at": AT,
        "chain": CHAIN,
        "action": "demo.step",
        "actor": None,
        "organisation": SAFE_HOUSE,
    }
    with transaction.atomic():
        return record(**given | changes)
