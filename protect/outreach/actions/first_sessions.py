"""No ambassador holds their first session alone: finds such sessions and alerts planners.

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


def has_lone_ambassador(session: Session) -> bool:
    """Return whether, as things stand, an ambassador would hold a first session alone."""
    return session.pk in _alone(_holding([session.pk]))


def short_at(sessions: Iterable[UUID]) -> set[UUID]:
    """Return the sessions without a holder, or with only a new ambassador, in two queries."""
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
    """Mail the planners of a session that has no holder, or only a new ambassador."""
    informed = InformationSession.objects.filter(pk=session.pk).select_related("request").first()
    if informed is None or session.ends_at <= at or not short_at([session.pk]):
        return
    link = f"{settings.STAFF_URL}/trainings/sessions/{session.pk}"
    for person in holders(Permission.PLAN_TRAININGS, organisation=informed.request.organisation_id):
        post_once(person.email, Template.WORK_WAITING, person.language, link, at=at)


def _holding(sessions: Collection[UUID]) -> dict[UUID, list[tuple[str, UUID]]]:
    rows = Booking.objects.live().filter(session__in=sessions, role__in=[*map(str, SPEAKING)])
    by_session: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    for session, role, resource in rows.order_by("pk").values_list("session", "role", "resource"):
        by_session[session].append((role, resource))
    return by_session


def _alone(holding: Mapping[UUID, list[tuple[str, UUID]]]) -> set[UUID]:
    speaking = {
        session: {resource for role, resource in rows if role == BookingRole.AMBASSADOR}
        for session, rows in holding.items()
    }
    experienced_people = experienced(
        each for ambassadors in speaking.values() for each in ambassadors
    )
    return {
        session
        for session, ambassadors in speaking.items()
        if is_alone(
            ambassadors,
            experienced_people,
            len({resource for _role, resource in holding[session]} - ambassadors),
        )
    }
