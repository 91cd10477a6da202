"""The sign-in sheet of a session, from its plan and the participants with a seat."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from protect.trainings.attendance.models import PrintedList
from protect.trainings.documents.letterhead import head_of
from protect.trainings.documents.paper.content import AttendanceList, Person
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Session
from protect.trainings.scheduling.rules.conflicts import TEACHING


def signed_list(printed: PrintedList, session: Session, tag: str) -> AttendanceList:
    """Return what stands on a printed list in a language, as names and places are now."""
    edition = session.training
    standing = [*edition.sessions.standing().order_by("starts_at", "number")]
    number = standing.index(session) + 1 if session in standing else 0
    return AttendanceList(
        code=printed.code,
        grant=edition.grant_number,
        event=edition.course_version.title,
        place=place_of(session),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        trainers=trainers_of(session),
        people=_people(printed),
        half_day=(number, len(standing)) if number else None,
        **head_of(edition.host_id, tag)._asdict(),
    )


def place_of(session: Session) -> str:
    """Return where a session is, in one line."""
    venue = session.venue
    if venue is None:
        # Translators: where a training is held.
        return _("Online") if session.link else ""
    return ", ".join(filter(None, [venue.resource.name, venue.address, venue.place.name]))


def trainers_of(session: Session) -> tuple[str, ...]:
    """Return the trainers of a session, without those who declined."""
    rows = session.bookings.live().filter(role__in=TEACHING).select_related("resource")
    return tuple(row.resource.name for row in rows.order_by("-role", "resource__name"))


def _people(printed: PrintedList) -> tuple[Person, ...]:
    keys = [UUID(each) for each in printed.registrations]
    rows = Registration.objects.select_related("participant", "sender").in_bulk(keys)
    return tuple(_person(rows.get(key)) for key in keys)


def _person(row: Registration | None) -> Person:
    """Return a printed row; empty for an erased participant, so that rows keep their numbers."""
    if row is None:
        return Person("")
    return Person(row.participant.name, row.sender.name if row.sender else "")
