"""What changes to trainings leave behind: an entry of the audit. Codes, never content."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db.models import Model

from protect.audit.actions import record
from protect.audit.rules import org_chain
from protect.orgs.scope import Scope
from protect.trainings import access

# The entries of a deed that writes to several chains, until it ends.
_kept: ContextVar[list[dict[str, Any]] | None] = ContextVar("trainings_kept", default=None)


@contextmanager
def in_order() -> Iterator[None]:
    """Keep what is traced until the end, and write it in the order of the chains' names.

    Whoever books somebody of a co-host writes to two chains. One inside of another leaves it to
    the outer one; what is refused leaves nothing behind.
    """
    if _kept.get() is not None:
        yield
        return
    kept: list[dict[str, Any]] = []
    before = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(before)
    for entry in sorted(kept, key=lambda each: each["chain"]):
        record(**entry)


class Trace(NamedTuple):
    """For which organisation something is done, when, and by whom; the clock or a link for None."""

    at: datetime
    org: UUID
    actor: UUID | None = None

    @classmethod
    def of(cls, scope: Scope, organisation: UUID, *, at: datetime) -> Self:
        """Return the trace of somebody who plans for an organisation. Errors: PermissionDenied."""
        return cls(at, access.must_plan(scope, organisation), scope.user_id)

    @classmethod
    def by(cls, scope: Scope | None, organisation: UUID, *, at: datetime) -> Self:
        """Return the trace of somebody who plans; without a scope, of somebody's own link.

        Errors: PermissionDenied.
        """
        return cls.of(scope, organisation, at=at) if scope else cls(at, organisation)

    def record(self, action: str, target: Model) -> None:
        """Append to the organisation's chain."""
        entry: dict[str, Any] = {
            "at": self.at,
            "chain": org_chain(self.org),
            "action": f"trainings.{action}",
            "actor": self.actor,
            "org": self.org,
            "target": f"{target._meta.model_name}:{target.pk}",
        }
        kept = _kept.get()
        if kept is None:
            record(**entry)
        else:
            kept.append(entry)
