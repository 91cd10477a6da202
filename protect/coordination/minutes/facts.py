"""Figures about working groups, for reports."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from protect.coordination.meetings.models import Attendance, Meeting
from protect.coordination.minutes.enums import ActionState
from protect.coordination.minutes.models import ActionPoint
from protect.trainings.base.facts import FactQuery, Figure, sum_cells

REGION = ""  # in place of a country: a group of the whole region


def meetings_held(query: FactQuery) -> Figure:
    """Return the meetings of working groups that began in the period, by kind. A cancelled meeting
    counts for nothing, nor does one that has not begun at `query.at`."""
    rows = _held_meetings(query)
    return Figure(
        unit="item",
        axes=("country", "organisation", "kind"),
        cells=sum_cells(
            ((row.group.country_id or REGION, str(row.group.organisation_id), row.kind), 1)
            for row in rows
        ),
        evidence=tuple(str(row.pk) for row in rows),
    )


def organisations_attending(query: FactQuery) -> Figure:
    """Return the organisations that were at a meeting in the period, by country of the group. An
    organisation counts once in a country, by the name that was recorded on the day."""
    meetings = {row.pk: row for row in _held_meetings(query)}
    rows = Attendance.objects.filter(meeting__in=meetings).order_by("pk")
    names = {
        (meetings[key].group.country_id or REGION, name)
        for key, name in rows.values_list("meeting", "organisation_name")
    }
    return Figure(
        unit="organisation",
        axes=("country",),
        cells=sum_cells(((country,), 1) for country, _name in names),
        evidence=tuple(sorted(name for _country, name in names)),
    )


def actions_done_in_time(query: FactQuery) -> Figure:
    """Return the actions that were due in the period, by whether they were done until that day by
    the clock of the organisation that runs the group. Cancelled actions count for nothing."""
    rows = ActionPoint.objects.filter(due_on__gte=query.starts, due_on__lt=query.ends)
    rows = rows.filter(agreed_at__lte=query.at).exclude(state=ActionState.CANCELLED)
    rows = query.narrow(rows, "meeting__group__country", "meeting__group__organisation")
    actions = list(rows.select_related("meeting__group").order_by("pk"))
    return Figure(
        unit="item",
        axes=("country", "organisation", "in_time"),
        cells=sum_cells(
            (
                (
                    row.meeting.group.country_id or REGION,
                    str(row.meeting.group.organisation_id),
                    "yes" if _is_in_time(row, query.at) else "no",
                ),
                1,
            )
            for row in actions
        ),
        evidence=tuple(str(row.pk) for row in actions),
    )


def _held_meetings(query: FactQuery) -> list[Meeting]:
    rows = Meeting.objects.filter(cancelled_at=None, starts_at__lte=query.at)
    rows = query.narrow(rows, "group__country", "group__organisation").select_related("group")
    return [
        row for row in rows.order_by("starts_at", "pk") if query.contains(row.starts_at, row.zone)
    ]


def _is_in_time(action: ActionPoint, at: datetime) -> bool:
    """Return whether an action was done, as known at an instant, before the day after it was due
    began."""
    ended = action.ended_at
    if action.state != ActionState.DONE or ended is None or ended > at:
        return False
    return ended.astimezone(ZoneInfo(action.meeting.zone)).date() < action.due_on + timedelta(1)


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "coordination.meetings_held": meetings_held,
    "coordination.organisations_attending": organisations_attending,
    "coordination.actions_done_in_time": actions_done_in_time,
}
