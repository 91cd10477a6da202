"""Querysets of requests and information sessions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Case, F, Q, Value, When

from protect.outreach.rules import PATIENCE

if TYPE_CHECKING:
    from protect.outreach.models import (  # noqa: F401 - named in strings below
        InformationSession,
        SessionRequest,
    )


class RequestQuerySet(models.QuerySet["SessionRequest"]):
    def urgent_first(self, pressing: Collection[UUID] = ()) -> Self:
        """Order requests: pressing ones, then by due date, then those that wait for no answer."""
        whens = [
            When(state=state, then=F("moved_at") + Value(timedelta(days=days)))
            for state, days in PATIENCE.items()
        ]
        due = Case(*whens, default=None, output_field=models.DateTimeField())
        is_pressing = Case(When(pk__in=pressing, then=0), default=1)
        order = (is_pressing, F("due").asc(nulls_last=True), "moved_at", "pk")
        return self.annotate(due=due).order_by(*order)

    def visible_to(self, organisations: Collection[UUID], countries: Collection[str]) -> Self:
        """Keep requests that these organisations took, and free ones of their countries."""
        free = Q(organisation=None, country__in=countries)
        return self.filter(free | Q(organisation__in=organisations))


class InformationSessionQuerySet(models.QuerySet["InformationSession"]):
    def standing(self) -> Self:
        return self.filter(cancelled_at=None)
