"""What is still to be done before an information session can take place, as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from protect.orgs.scope import Scope
from protect.trainings import access, vocabulary
from protect.trainings.actions.together import has_somebody_alone, short_at
from protect.trainings.cover import unspoken
from protect.trainings.enums import BookingRole, BookingState, RequestState
from protect.trainings.models import Session
from protect.trainings.queries import SessionQuerySet
from protect.trainings.rules.clashing import Clash
from protect.trainings.session_words import not_spoken


def short_sessions(scope: Scope, at: datetime) -> SessionQuerySet:
    """Return the sessions to come of who plans that nobody holds, or somebody alone and new."""
    rows = access.planned_sessions(scope).standing().filter(ends_at__gt=at)
    rows = rows.filter(request__state=RequestState.SCHEDULED)
    return rows.filter(pk__in=short_at(rows.order_by("pk").values_list("pk", flat=True)))


def is_to_come(session: Session, at: datetime) -> bool:
    """Return whether an information session can still be moved, and people be asked for it."""
    is_standing = session.cancelled_at is None and session.ends_at > at
    return is_standing and access.request_of(session).state == RequestState.SCHEDULED


def missing_of(session: Session) -> Iterator[str]:
    """Yield what holds an information session up."""
    live = session.bookings.live().exclude(role=BookingRole.ROOM).order_by("pk")
    states = dict(live.values_list("resource", "state"))
    if not states:
        yield _("Nobody is booked to hold it.")
    if has_somebody_alone(session):
        yield _("Somebody would be alone at their first session. Ask a second person.")
    lacking = unspoken(access.request_of(session), states)
    if lacking and Clash.LANGUAGE_UNCOVERED in vocabulary.not_ready():
        yield not_spoken(lacking)
    if BookingState.ASKED in states.values():
        yield _("Somebody has not answered yet.")
