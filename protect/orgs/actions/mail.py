"""Mail to users of the desk: a link and nothing confidential."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from protect.notices.actions import post
from protect.orgs.models import User


def notify(people: Iterable[User], template: str, *, at: datetime, path: str = "/") -> None:
    """Post one mail to each person, in their language, that leads to a page of the desk."""
    for user in people:
        link = f"{settings.STAFF_URL}{path}"
        post(at=at, to=user.email, template=template, language=user.language, link=link)
