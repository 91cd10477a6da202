"""Copying an edition: its plan and questionnaires, never its people or answers."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from protect.orgs.scope import Scope
from protect.trainings.base.extension import extensions
from protect.trainings.editions.actions import co_hosts, plan
from protect.trainings.scheduling import clocks, models
from protect.trainings.scheduling.actions.bookings import lock_resources

# Fields that apply to one edition only: its registration period and its note.
FIELDS_NOT_COPIED = {"opens_at", "closes_at", "note"}


@transaction.atomic
def clone_edition(
    scope: Scope, edition: models.Edition, first_day: date, *, at: datetime, reason: str = ""
) -> models.Edition:
    """Plan a copy of an edition that begins on another day, with the same rooms, local times
    and gaps between days. It has bookings of rooms only, no quotas, no registration dates and
    no links of online meetings. Co-hosts are invited again; their rooms are left out. Errors:
    PermissionDenied; trainings_version_not_published; ClashBlocks; ClashNeedsReason;
    ClockRefused, for a local time that occurs twice or never on its day."""
    names = [name for name in plan.EDITABLE_FIELDS if name not in FIELDS_NOT_COPIED]
    fields = {name: getattr(edition, name) for name in (*names, "country_id")}
    fields["languages"] = list(edition.languages.order_by("pk"))
    venues = edition.sessions.not_cancelled().filter(venue__isnull=False).order_by("venue")
    lock_resources(venues.values_list("venue", flat=True))  # before the audit, as all bookings do
    copy = plan.create_edition(scope, edition.host, edition.course_version, fields, at=at)
    invited = [*edition.co_hosts.order_by("pk"), *edition.asked_co_hosts.order_by("pk")]
    if invited:
        co_hosts.set_co_hosts(scope, copy, invited, at=at)
    for session_plan in _shifted_session_plans(edition, first_day):
        plan.add_session(scope, copy, session_plan, at=at, reason=reason)
    for extension in extensions():
        extension.copy(scope, copy, edition, at=at)
    copy.refresh_from_db()
    return copy


def _shifted_session_plans(edition: models.Edition, first_day: date) -> Iterator[plan.SessionPlan]:
    """Yield active sessions as plans that begin on `first_day`; only the host's venues stay."""
    rows = edition.sessions.not_cancelled().select_related("venue__resource")
    sessions = list(rows.order_by("starts_at", "number"))
    zone = ZoneInfo(edition.zone)
    for session in sessions:
        starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
        gap = starts.date() - sessions[0].starts_at.astimezone(zone).date()
        times = clocks.session_times(first_day + gap, starts.time(), ends.time(), edition.zone)
        is_host_venue = session.venue and session.venue.resource.organisation_id == edition.host_id
        venue = session.venue if is_host_venue else None
        yield plan.SessionPlan(times.starts_at, times.ends_at, edition.zone, venue)
