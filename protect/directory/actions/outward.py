"""When the public reads something else of a service than before: only then `last_modified` moves.

Others ask for what was modified since. Were it to move with what only professionals see, it would
tell them that a shelter has moved. Source: docs/adr/0021-modified-for-readers.md.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from protect.directory import hsds
from protect.directory.enums import Audience, Fact, Status
from protect.directory.models import Service

type Shown = dict[str, Any] | None

CLOSED = (Status.SUSPENDED, Status.WITHDRAWN)


def shown_of(service: Service, *, at: datetime) -> Shown:
    """Return all that the public reads of a service as it is stored; None where it reads nothing.

    Call it before and after with one `at`: hours are told as rows of the year that follows.
    """
    known = Service.objects.known_outside().filter(pk=service.pk).order_by("pk")
    found = next(iter(hsds.documents(known, at=at)), None)
    return found and {key: each for key, each in found.items() if key != "last_modified"}


def move_on(service: Service, before: Shown, *, at: datetime) -> None:
    """Say that a service was modified, unless the public reads of it what it did `before`.

    Call it once the change is stored, in a transaction in which the service is locked.
    """
    if before is None or before != shown_of(service, at=at):
        service.last_modified = at
        service.save(update_fields=["last_modified"])


def note_check(service: Service, fact: Fact, *, at: datetime) -> None:
    """Say the same after one more check of a fact, which the public reads of among the others."""
    found = Service.objects.filter(pk=service.pk).exclude(status__in=CLOSED)
    if fact == Fact.ADDRESS:
        found = found.filter(address_audience=Audience.PUBLIC)
    found.update(last_modified=at)
