"""Open tasks before an information session can take place, as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from protect.orgs.scope import Scope
from protect.outreach import access
from protect.outreach.actions.first_sessions import has_lone_ambassador, short_at
from protect.outreach.actions.languages import unspoken
from protect.outreach.enums import RequestState
from protect.outreach.labels import not_spoken
from protect.outreach.models import InformationSession
from protect.outreach.queries import InformationSessionQuerySet
from protect.trainings.scheduling import vocabulary
from protect.trainings.scheduling.enums import BookingRole, BookingState
from protect.trainings.scheduling.rules import Clash


def short_sessions(scope: Scope, at: datetime) -> InformationSessionQuerySet:
    """Return future sessions of this planner without a holder, or with only a new one."""
    rows = access.planned_sessions(scope).standing().filter(ends_at__gt=at)
    rows = rows.filter(request__state=RequestState.SCHEDULED)
    return rows.filter(pk__in=short_at(rows.order_by("pk").values_list("pk", flat=True)))


def is_to_come(session: InformationSession, at: datetime) -> bool:
    """Return whether a session can still be moved, and people be asked to hold it."""
    is_standing = session.cancelled_at is None and session.ends_at > at
    return is_standing and session.request.state == RequestState.SCHEDULED


def missing_of(session: InformationSession) -> Iterator[str]:
    """Yield the problems that hold an information session up."""
    live = session.bookings.live().exclude(role=BookingRole.ROOM).order_by("pk")
    states = dict(live.values_list("resource", "state"))
    if not states:
        yield _("Nobody is booked to hold it.")
    if has_lone_ambassador(session):
        yield _("Somebody would be alone at their first session. Ask a second person.")
    lacking = unspoken(session.request, states)
    if lacking and Clash.LANGUAGE_UNCOVERED in vocabulary.not_ready():
        yield not_spoken(lacking)
    if BookingState.ASKED in states.values():
        yield _("Somebody has not answered yet.")
