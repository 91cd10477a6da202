"""Calendar feeds: of a person's own bookings, of a participant, of the public calendar.
A feed shows what its person may see. Titles stay neutral unless the address asks for them; a door
or a link to join is for booked people and confirmed participants."""

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
from protect.trainings.scheduling.calendars import Calendar, Meeting, Reader, document
from protect.trainings.scheduling.models import Booking, Edition, Resource, Session

KEPT = timedelta(days=90)  # what is over stays so long
MOST = 1000  # sessions of a calendar


def of_bookings(
    resource: Resource, rows: queries.BookingQuerySet, tag: str, *, has_titles: bool, at: datetime
) -> bytes:
    """Return the feed of a person's own bookings. `rows` are those bookings, all loaded."""
    near = rows.filter(ends_at__gt=at - KEPT).order_by("starts_at", "pk")[:MOST]
    reader = Reader(tag, has_place=True, has_titles=has_titles)
    with translation.override(tag):
        return document(calendar_of(resource.organisation, reader), map(_of_booking, near), reader)


def write_public_calendar(
    editions: Iterable[Edition], tag: str, *, has_titles: bool, at: datetime
) -> bytes:
    """Return the half days of editions as a public calendar: with the town, without the address."""
    rows = Session.objects.filter(edition__in=editions, ends_at__gt=at - KEPT)
    rows = rows.select_related("edition__course_version", *PLACES)
    reader = Reader(tag, has_titles=has_titles)
    with translation.override(tag):
        meetings = [meeting(each) for each in rows.order_by("starts_at", "pk")[:MOST]]
        return document(calendar_of(None, reader), meetings, reader)


PLACES = ("venue__resource", "venue__place")


def meeting(session: Session, *, key: UUID | None = None, is_over: bool = False) -> Meeting:
    """Return a session as calendars tell it. Its number of changes only ever rises.
    `is_over`: it takes place, but not for the reader any more."""
    edition, venue = session.edition, session.venue
    is_cancelled = is_over or session.cancelled_at is not None
    changes = session.sequence + (edition.sequence if edition else 0)
    version = edition.course_version if edition else None
    # Translators: a neutral title in a subscriber's calendar, for whatever they take part in.
    neutral = _("Appointment")
    return Meeting(
        key=key or session.pk,
        sequence=2 * changes + is_cancelled,
        changed_at=session.changed_at or _planned(session),
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


def _of_booking(row: Booking) -> Meeting:
    whole = meeting(row.session, key=row.pk, is_over=row.state not in rules.LIVE)
    changed_at = max(whole.changed_at, row.created)
    return replace(whole, starts_at=row.starts_at, ends_at=row.ends_at, changed_at=changed_at)


def _planned(session: Session) -> datetime:
    """Return when a session that never changed was planned, as far as it is known."""
    if session.edition is not None:
        return session.edition.created
    owner = owner_of(session)
    return owner.planned_at if owner else session.starts_at


def calendar_of(host: Organisation | None, reader: Reader) -> Calendar:
    # Translators: the neutral name of a calendar, and of its publisher.
    neutral = _("Calendar")
    name = host.name if host and reader.has_titles else neutral
    zone = host.zone if host else settings.TIME_ZONE
    # Translators: in the calendars of a demonstration.
    notice = _("Demonstration: nothing of this takes place.") if settings.IS_DEMO else ""
    return Calendar(name, name, settings.PUBLIC_URL + "/", zone, notice)
