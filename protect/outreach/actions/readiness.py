"""What a session still needs: holders, a second person at an ambassador's first session,
every requested language. Source: docs/adr/0033-information-sessions.md."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from protect.notices.enums import Template
from protect.orgs.access import users_with
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.outreach import access, labels, rules
from protect.outreach.enums import RequestState
from protect.outreach.models import InformationSession, InformationSessionQuerySet, SessionRequest
from protect.trainings.scheduling import enums, models, vocabulary
from protect.trainings.scheduling.actions import conflicts, mail
from protect.trainings.scheduling.rules import ConflictKind


def has_lone_ambassador(session: models.Session) -> bool:
    """Return whether the current bookings leave an ambassador alone at their first session."""
    return session.pk in _find_lone_beginner_sessions(_holders_by_session([session.pk]))


def filter_understaffed(session_ids: Iterable[UUID]) -> set[UUID]:
    """Return the sessions that have no holder, or only an ambassador at their first session."""
    ids = {*session_ids}
    holders_by_session = _holders_by_session(ids)
    return (ids - holders_by_session.keys()) | _find_lone_beginner_sessions(holders_by_session)


def filter_experienced(resources: Iterable[UUID]) -> set[UUID]:
    """Return the people among `resources` who, as ambassadors, have held a session before."""
    held = InformationSession.objects.filter(request__state__in=rules.HELD_STATES)
    rows = models.Booking.objects.filter(
        resource__in={*resources},
        role=enums.BookingRole.AMBASSADOR,
        state=enums.BookingState.ACCEPTED,
        session__cancelled_at=None,
        session__in=held.values("pk"),
    )
    return set(rows.order_by("pk").values_list("resource", flat=True))


def mail_if_understaffed(session: models.Session, *, at: datetime) -> None:
    """Mail the planners of a future session if `filter_understaffed` keeps it."""
    row = InformationSession.objects.filter(pk=session.pk).select_related("request").first()
    if row is None or session.ends_at <= at or not filter_understaffed([session.pk]):
        return
    link = f"{settings.STAFF_URL}/trainings/information-sessions/{session.pk}"
    for person in users_with(Permission.PLAN_TRAININGS, organisation=row.request.organisation_id):
        mail.post_once(person.email, Template.WORK_WAITING, person.language, link, at=at)


def _holders_by_session(sessions: Collection[UUID]) -> dict[UUID, list[tuple[str, UUID]]]:
    """Return role and resource of each person booked to speak, by session."""
    roles = [*map(str, conflicts.SPEAKING_ROLES)]
    rows = models.Booking.objects.live().filter(session__in=sessions, role__in=roles)
    by_session: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    for session, role, resource in rows.order_by("pk").values_list("session", "role", "resource"):
        by_session[session].append((role, resource))
    return by_session


def _find_lone_beginner_sessions(holders: Mapping[UUID, list[tuple[str, UUID]]]) -> set[UUID]:
    ambassadors_by_session = {
        session: {resource for role, resource in rows if role == enums.BookingRole.AMBASSADOR}
        for session, rows in holders.items()
    }
    experienced = filter_experienced(set[UUID]().union(*ambassadors_by_session.values()))
    session_ids = set()
    for session, ambassadors in ambassadors_by_session.items():
        others = {resource for _role, resource in holders[session]} - ambassadors
        if rules.leaves_beginner_alone(ambassadors, experienced, len(others)):
            session_ids.add(session)
    return session_ids


def language_conflicts(request: SessionRequest, people: Iterable[UUID]) -> list[conflicts.Conflict]:
    """Return a conflict if one of the requested languages is spoken by none of these people."""
    kinds = [ConflictKind.LANGUAGE_UNCOVERED] if find_unspoken_languages(request, people) else []
    return conflicts.conflicts_about(request.pk, kinds)


def find_unspoken_languages(request: SessionRequest, people: Iterable[UUID]) -> list[str]:
    """Return the requested languages that none of these people speaks, as BCP 47 tags."""
    requested = request.languages.order_by("pk").values_list("pk", flat=True)
    rows = models.Resource.languages.through.objects.filter(resource__in={*people})
    spoken = {*rows.order_by("pk").values_list("language", flat=True)}
    return [tag for tag in requested if tag not in spoken]


def find_understaffed_sessions(scope: Scope, at: datetime) -> InformationSessionQuerySet:
    """Return this planner's sessions, not yet ended, that `filter_understaffed` keeps."""
    planned = access.planned_sessions(scope).not_cancelled()
    rows = planned.filter(ends_at__gt=at, request__state=RequestState.SCHEDULED)
    return rows.filter(pk__in=filter_understaffed(rows.order_by("pk").values_list("pk", flat=True)))


def is_upcoming(session: InformationSession, at: datetime) -> bool:
    """Return whether a scheduled session has not ended, so that it can still be changed."""
    is_planned = session.cancelled_at is None and session.ends_at > at
    return is_planned and session.request.state == RequestState.SCHEDULED


def find_preparation_gaps(session: InformationSession) -> Iterator[str]:
    """Yield a sentence for each thing that an information session still needs."""
    live = session.bookings.live().exclude(role=enums.BookingRole.ROOM).order_by("pk")
    states = dict(live.values_list("resource", "state"))
    if not states:
        yield _("No person is booked to hold the session.")
    if has_lone_ambassador(session):
        yield _(
            "An ambassador would be alone at their first session. Ask a second person to "
            "hold it, too."
        )
    unspoken = find_unspoken_languages(session.request, states)
    if unspoken and ConflictKind.LANGUAGE_UNCOVERED in vocabulary.kinds_preventing_readiness():
        yield labels.unspoken_languages_text(unspoken)
    if enums.BookingState.ASKED in states.values():
        yield _("Some of the people who were asked have not answered yet.")
