"""An edition planned like another one: its plan and its forms, never people or answers."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from protect.orgs.scope import Scope
from protect.trainings.base.extension import extensions
from protect.trainings.editions.actions import co_hosts, plan
from protect.trainings.scheduling import clocks, models
from protect.trainings.scheduling.actions.bookings import lock

# What belongs to one edition alone: when people register, and what was said of it.
NOT_COPIED = {"opens_at", "closes_at", "note"}


@transaction.atomic
def clone(
    scope: Scope, edition: models.Edition, first_day: date, *, at: datetime, reason: str = ""
) -> models.Edition:
    """Plan a copy of an edition from another first day: same rooms, wall-clock times and gaps.
    The copy has no bookings of people and no links. Co-hosts are invited again; their rooms are
    left out. Errors: PermissionDenied; trainings_version_not_published; ClashBlocks;
    ClashNeedsReason; ClockRefused, where a time comes twice or never on its day."""
    fields = {name: getattr(edition, name) for name in plan.EDITABLE if name not in NOT_COPIED}
    fields |= {
        "country_id": edition.country_id,
        "languages": list(edition.languages.order_by("pk")),
    }
    rooms = edition.sessions.standing().filter(venue__isnull=False).order_by("venue")
    lock(list(rooms.values_list("venue", flat=True)))  # before the audit, as a booking does
    copy = plan.plan(scope, edition.host, edition.course_version, fields, at=at)
    both = [*edition.co_hosts.order_by("pk"), *edition.asked_co_hosts.order_by("pk")]
    if both:
        co_hosts.ask_co_hosts(scope, copy, both, at=at)
    for half_day in _half_days(edition, first_day):
        plan.add_half_day(scope, copy, half_day, at=at, reason=reason)
    for extension in extensions():
        extension.copy(scope, copy, edition, at=at)
    copy.refresh_from_db()
    return copy


def _half_days(edition: models.Edition, first_day: date) -> Iterator[plan.HalfDay]:
    rows = edition.sessions.standing().select_related("venue__resource")
    sessions = list(rows.order_by("starts_at", "number"))
    zone = ZoneInfo(edition.zone)
    for session in sessions:
        starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
        gap = starts.date() - sessions[0].starts_at.astimezone(zone).date()
        times = clocks.instants(first_day + gap, starts.time(), ends.time(), edition.zone)
        is_own = session.venue and session.venue.resource.organisation_id == edition.host_id
        venue = session.venue if is_own else None
        yield plan.HalfDay(times.starts_at, times.ends_at, edition.zone, venue)
