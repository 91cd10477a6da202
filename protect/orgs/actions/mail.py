"""Mail that says no more than where to look, to users of the desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from protect.notices.actions import post
from protect.orgs.models import User


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
