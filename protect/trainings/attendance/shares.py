"""How much of an edition people attended, as staff confirmed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from protect.trainings.attendance.enums import AttendanceState
from protect.trainings.attendance.models import Attendance
from protect.trainings.attendance.rules import Attended, attended_minutes, is_no_show, percentage
from protect.trainings.scheduling.models import Edition, Session

MINUTE = timedelta(minutes=1)


class Share(NamedTuple):
    """A participant's attendance. Units: minutes; whole percent, None where nothing is planned."""

    planned: int
    attended: int
    percentage: int | None
    is_no_show: bool


def minutes_planned(session: Session) -> int:
    return (session.ends_at - session.starts_at) // MINUTE


def shares_of(edition: Edition, registrations: Collection[UUID]) -> dict[UUID, Share]:
    """Return by registration of an edition what each attended, make-ups included. Two queries."""
    rows = edition.sessions.standing().order_by("number")
    planned = {each.pk: minutes_planned(each) for each in rows}
    attended: dict[UUID, list[Attended]] = defaultdict(list)
    for registration, session, makes_up, state, minutes in (
        Attendance.objects.filter(registration__in=registrations)
        .order_by("pk")
        .values_list("registration", "session", "makes_up", "state", "minutes")
    ):
        half_day = makes_up or session
        attended[registration].append(Attended(half_day, AttendanceState(state), minutes))
    return {each: _share(planned, attended[each]) for each in registrations}


def _share(planned: dict[UUID, int], attended: list[Attended]) -> Share:
    return Share(
        planned=sum(planned.values()),
        attended=attended_minutes(planned, attended),
        percentage=percentage(planned, attended),
        is_no_show=is_no_show(planned, attended),
    )
