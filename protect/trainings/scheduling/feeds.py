"""Calendar feeds of a person's own bookings, of a participant, and of the public calendar.
A feed shows what its reader may see. Titles stay neutral unless the address asks for
them; addresses and links to join are for booked people and confirmed participants."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from protect.orgs.models import Organisation
from protect.trainings.base.extension import owner_of
from protect.trainings.scheduling import queries, rules
from protect.trainings.scheduling.calendars import Calendar, CalendarEvent, Reader, write_calendar
from protect.trainings.scheduling.models import Booking, Edition, Resource, Session

PAST_SHOWN = timedelta(days=90)  # for this time past sessions stay in a feed
SESSION_LIMIT = 1000  # of one calendar; later sessions are left out


def write_booking_calendar(
    resource: Resource, rows: queries.BookingQuerySet, tag: str, *, has_titles: bool, at: datetime
) -> bytes:
    """Return a person's bookings `rows`, with relations, as iCalendar in the language `tag`."""
    recent = rows.filter(ends_at__gt=at - PAST_SHOWN).order_by("starts_at", "pk")[:SESSION_LIMIT]
    reader = Reader(tag, has_place=True, has_titles=has_titles)
    with translation.override(tag):
        calendar = calendar_for_reader(resource.organisation, reader)
        return write_calendar(calendar, map(_booking_event, recent), reader)


def write_public_calendar(
    editions: Iterable[Edition], tag: str, *, has_titles: bool, at: datetime
) -> bytes:
    """Return the sessions of editions as iCalendar in the language `tag`, with towns only."""
    rows = Session.objects.filter(edition__in=editions, ends_at__gt=at - PAST_SHOWN)
    rows = rows.select_related("edition__course_version", *VENUE_RELATIONS)
    sessions = rows.order_by("starts_at", "pk")[:SESSION_LIMIT]
    reader = Reader(tag, has_titles=has_titles)
    with translation.override(tag):
        events = [calendar_event(session) for session in sessions]
        return write_calendar(calendar_for_reader(None, reader), events, reader)


VENUE_RELATIONS = ("venue__resource", "venue__place")


def calendar_event(
    session: Session, *, key: UUID | None = None, is_withdrawn: bool = False
) -> CalendarEvent:
    """Return a session as a calendar event with the id `key`, by default the session's id.
    `is_withdrawn` cancels the event for this reader although the session takes place."""
    edition, venue = session.edition, session.venue
    is_cancelled = is_withdrawn or session.cancelled_at is not None
    changes = session.sequence + (edition.sequence if edition else 0)
    version = edition.course_version if edition else None
    neutral = _("Appointment")  # For translators: neutral title in a calendar, for any event
    return CalendarEvent(
        key=key or session.pk,
        sequence=2 * changes + is_cancelled,
        changed_at=session.changed_at or _planned_at(session),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        title=version.title if version else str(session.get_kind_display()),
        short_title=(version and version.short_title) or neutral,
        town=venue.place.name if venue else "",
        address=", ".join(filter(None, (venue.resource.name, venue.address))) if venue else "",
        link=session.link,
        is_cancelled=is_cancelled,
    )


def _booking_event(row: Booking) -> CalendarEvent:
    is_withdrawn = row.state not in rules.LIVE_STATES
    event = calendar_event(row.session, key=row.pk, is_withdrawn=is_withdrawn)
    changed_at = max(event.changed_at, row.created)
    return replace(event, starts_at=row.starts_at, ends_at=row.ends_at, changed_at=changed_at)


def _planned_at(session: Session) -> datetime:
    """Return when the session's edition or other owner was planned, or else when it starts."""
    if session.edition is not None:
        return session.edition.created
    owner = owner_of(session)
    return owner.planned_at if owner else session.starts_at


def calendar_for_reader(host: Organisation | None, reader: Reader) -> Calendar:
    """Return a calendar's name, organiser and zone; `host` is None for the public calendar."""
    neutral = _("Calendar")  # For translators: the neutral name of a calendar, and of its publisher
    name = host.name if host and reader.has_titles else neutral
    zone = host.zone if host else settings.TIME_ZONE
    # Translators: in the calendars of a demonstration.
    notice = _("Demonstration: none of this takes place.") if settings.IS_DEMO else ""
    return Calendar(name, name, settings.PUBLIC_URL + "/", zone, notice)
