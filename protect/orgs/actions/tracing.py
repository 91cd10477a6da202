"""What actions leave behind: an entry of the audit, and mail without content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Model

from protect.audit.actions import record
from protect.audit.rules import PLATFORM, org_chain
from protect.notices.actions import post
from protect.orgs.models import User


class Trace(NamedTuple):
    """Who does something, when, and to which organisation it belongs."""

    at: datetime
    actor: UUID | None
    org: UUID | None

    def record(self, action: str, target: Model) -> None:
        """Append to the organisation's own chain."""
        chain = org_chain(self.org) if self.org else PLATFORM
        self._append(chain, action, target)

    def record_on_platform(self, action: str, target: Model) -> None:
        """Append to the chain of those who run the platform: organisations and accounts."""
        self._append(PLATFORM, action, target)

    def _append(self, chain: str, action: str, target: Model) -> None:
        record(
            at=self.at,
            chain=chain,
            action=f"orgs.{action}",
            actor=self.actor,
            org=self.org,
            target=f"{target._meta.model_name}:{target.pk}",
        )


def tell(people: Iterable[User], template: str, *, at: datetime, path: str = "/") -> None:
    """Post one mail to each person, in their language, that leads to a page of the desk."""
    for each in people:
        post(
            at=at,
            to=each.email,
            template=template,
            language=each.language,
            link=f"{settings.STAFF_URL}{path}",
        )
