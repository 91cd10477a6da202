"""Languages that a request wants and no holder of its session speaks."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from protect.outreach.models import SessionRequest
from protect.trainings.scheduling.actions.conflicts import Conflict, without_ignored
from protect.trainings.scheduling.models import Resource
from protect.trainings.scheduling.rules import Clash


def find_unspoken(request: SessionRequest, people: Iterable[UUID]) -> list[Conflict]:
    """Return a conflict for a wanted language that none of these people speaks."""
    is_lacking = bool(unspoken(request, people))
    return without_ignored([Conflict(Clash.LANGUAGE_UNCOVERED, request.pk)] if is_lacking else [])


def unspoken(request: SessionRequest, people: Iterable[UUID]) -> list[str]:
    """Return the languages that a request wants and none of these people speaks. BCP 47."""
    wanted = request.languages.order_by("pk").values_list("pk", flat=True)
    of_people = Resource.languages.through.objects.filter(resource__in={*people}).order_by("pk")
    spoken = {*of_people.values_list("language", flat=True)}
    return [each for each in wanted if each not in spoken]
