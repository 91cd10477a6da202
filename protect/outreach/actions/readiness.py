"""What a session still needs: holders, company at a first one, every wanted language.
Source: docs/adr/0033-information-sessions.md."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from protect.notices.enums import Template
from protect.orgs.access import holders
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.outreach import access, labels, rules
from protect.outreach.enums import RequestState
from protect.outreach.models import InformationSession, InformationSessionQuerySet, SessionRequest
from protect.trainings.scheduling import enums, models, vocabulary
from protect.trainings.scheduling.actions import conflicts, mail
from protect.trainings.scheduling.rules import Clash

HELD = [RequestState.HELD, RequestState.CLOSED]


def has_lone_ambassador(session: models.Session) -> bool:
    """Return whether, as things stand, an ambassador would hold a first session alone."""
    return session.pk in _alone(_holding([session.pk]))


def short_at(sessions: Iterable[UUID]) -> set[UUID]:
    """Return the sessions without a holder, or with only a new ambassador, in two queries."""
    keys = {*sessions}
    holding = _holding(keys)
    return (keys - holding.keys()) | _alone(holding)


def experienced(resources: Iterable[UUID]) -> set[UUID]:
    """Return which of these people held an information session before."""
    rows = models.Booking.objects.filter(
        resource__in={*resources},
        role=enums.BookingRole.AMBASSADOR,
        state=enums.BookingState.ACCEPTED,
        session__cancelled_at=None,
        session__in=InformationSession.objects.filter(request__state__in=HELD).values("pk"),
    )
    return set(rows.order_by("pk").values_list("resource", flat=True))


def tell_if_short(session: models.Session, *, at: datetime) -> None:
    """Mail the planners of a session that has no holder, or only a new ambassador."""
    informed = InformationSession.objects.filter(pk=session.pk).select_related("request").first()
    if informed is None or session.ends_at <= at or not short_at([session.pk]):
        return
    link = f"{settings.STAFF_URL}/trainings/sessions/{session.pk}"
    for person in holders(Permission.PLAN_TRAININGS, organisation=informed.request.organisation_id):
        mail.post_once(person.email, Template.WORK_WAITING, person.language, link, at=at)


def _holding(sessions: Collection[UUID]) -> dict[UUID, list[tuple[str, UUID]]]:
    rows = models.Booking.objects.live().filter(
        session__in=sessions, role__in=[*map(str, conflicts.SPEAKING)]
    )
    by_session: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    for session, role, resource in rows.order_by("pk").values_list("session", "role", "resource"):
        by_session[session].append((role, resource))
    return by_session


def _alone(holding: Mapping[UUID, list[tuple[str, UUID]]]) -> set[UUID]:
    speaking = {
        session: {resource for role, resource in rows if role == enums.BookingRole.AMBASSADOR}
        for session, rows in holding.items()
    }
    skilled = experienced(each for ambassadors in speaking.values() for each in ambassadors)
    alone = set()
    for session, ambassadors in speaking.items():
        others = {resource for _role, resource in holding[session]} - ambassadors
        if rules.is_alone(ambassadors, skilled, len(others)):
            alone.add(session)
    return alone


def find_unspoken(request: SessionRequest, people: Iterable[UUID]) -> list[conflicts.Conflict]:
    """Return a conflict for a wanted language that none of these people speaks."""
    clashes = [Clash.LANGUAGE_UNCOVERED] if unspoken(request, people) else []
    return conflicts.against(request.pk, clashes)


def unspoken(request: SessionRequest, people: Iterable[UUID]) -> list[str]:
    """Return the languages that a request wants and none of these people speaks. BCP 47."""
    wanted = request.languages.order_by("pk").values_list("pk", flat=True)
    rows = models.Resource.languages.through.objects.filter(resource__in={*people})
    spoken = {*rows.order_by("pk").values_list("language", flat=True)}
    return [each for each in wanted if each not in spoken]


def short_sessions(scope: Scope, at: datetime) -> InformationSessionQuerySet:
    """Return future sessions of this planner without a holder, or with only a new one."""
    planned = access.planned_sessions(scope).standing()
    rows = planned.filter(ends_at__gt=at, request__state=RequestState.SCHEDULED)
    return rows.filter(pk__in=short_at(rows.order_by("pk").values_list("pk", flat=True)))


def is_to_come(session: InformationSession, at: datetime) -> bool:
    """Return whether a session can still be moved, and people be asked to hold it."""
    is_standing = session.cancelled_at is None and session.ends_at > at
    return is_standing and session.request.state == RequestState.SCHEDULED


def missing_of(session: InformationSession) -> Iterator[str]:
    """Yield the problems that hold an information session up."""
    live = session.bookings.live().exclude(role=enums.BookingRole.ROOM).order_by("pk")
    states = dict(live.values_list("resource", "state"))
    if not states:
        yield _("No person is booked to hold it.")
    if has_lone_ambassador(session):
        yield _("An ambassador would be alone at their first session. Ask a second person.")
    lacking = unspoken(session.request, states)
    if lacking and Clash.LANGUAGE_UNCOVERED in vocabulary.not_ready():
        yield labels.not_spoken(lacking)
    if enums.BookingState.ASKED in states.values():
        yield _("Some people have not answered yet.")
