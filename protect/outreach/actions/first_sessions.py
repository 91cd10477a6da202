"""Nobody is alone at their first session: who would be, as things stand, and who hears of it.

Source: docs/adr/0033-information-sessions.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings

from protect.notices.enums import Template
from protect.orgs.enums import Permission
from protect.orgs.holders import holders
from protect.outreach.enums import RequestState
from protect.outreach.models import InformationSession
from protect.outreach.rules import is_alone
from protect.trainings.scheduling.actions.mail import post_once
from protect.trainings.scheduling.enums import BookingRole, BookingState
from protect.trainings.scheduling.models import Booking, Session
from protect.trainings.scheduling.requirements import SPEAKING

HELD = [RequestState.HELD, RequestState.CLOSED]


def has_somebody_alone(session: Session) -> bool:
    """Return whether, as things stand, an ambassador would hold a first session alone."""
    return session.pk in _alone(_holding([session.pk]))


def short_at(sessions: Iterable[UUID]) -> set[UUID]:
    """Return which sessions nobody holds, or somebody alone who never did: two queries for all."""
    keys = {*sessions}
    holding = _holding(keys)
    return (keys - holding.keys()) | _alone(holding)


def experienced(resources: Iterable[UUID]) -> set[UUID]:
    """Return which of these people held an information session before."""
    rows = Booking.objects.filter(
        resource__in={*resources},
        role=BookingRole.AMBASSADOR,
        state=BookingState.ACCEPTED,
        session__cancelled_at=None,
        session__in=InformationSession.objects.filter(request__state__in=HELD).values("pk"),
    )
    return set(rows.order_by("pk").values_list("resource", flat=True))


def tell_if_short(session: Session, *, at: datetime) -> None:
    """Mail those who plan an information session that nobody holds now, or somebody alone."""
    informed = InformationSession.objects.filter(pk=session.pk).select_related("request").first()
    if informed is None or session.ends_at <= at or not short_at([session.pk]):
        return
    link = f"{settings.STAFF_URL}/trainings/sessions/{session.pk}"
    for person in holders(Permission.PLAN_TRAININGS, organisation=informed.request.organisation_id):
        post_once(person.email, Template.WORK_WAITING, person.language, link, at=at)


def _holding(sessions: Collection[UUID]) -> dict[UUID, list[tuple[str, UUID]]]:
    """Return who holds each session, and as what. Whom nobody holds is not there."""
    rows = Booking.objects.live().filter(session__in=sessions, role__in=[*map(str, SPEAKING)])
    found: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    for session, role, resource in rows.order_by("pk").values_list("session", "role", "resource"):
        found[session].append((role, resource))
    return found


def _alone(holding: Mapping[UUID, list[tuple[str, UUID]]]) -> set[UUID]:
    """Return at which sessions an ambassador would hold their first one alone."""
    speaking = {
        session: {resource for role, resource in rows if role == BookingRole.AMBASSADOR}
        for session, rows in holding.items()
    }
    known = experienced(each for found in speaking.values() for each in found)
    return {
        session
        for session, found in speaking.items()
        if is_alone(found, known, len({resource for _role, resource in holding[session]} - found))
    }
