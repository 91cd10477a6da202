"""A meeting as a calendar file. As in all calendars, its title is neutral: others may see it."""

from django.conf import settings
from django.utils.translation import get_language, gettext as _

from protect.coordination.meetings.models import Meeting
from protect.trainings.scheduling.calendars import Calendar, CalendarEvent, Reader, write_calendar


def meeting_calendar(meeting: Meeting) -> bytes:
    """Return a meeting as iCalendar in the active language. Its UID is the id of the meeting, so
    that a later file moves or cancels the same event."""
    # Translators: the neutral title of a meeting in a calendar.
    title = _("Meeting")
    calendar = Calendar(title, title, f"{settings.PUBLIC_URL}/", meeting.zone)
    event = CalendarEvent(
        key=meeting.pk,
        sequence=meeting.sequence,
        changed_at=meeting.changed_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        title=title,
        short_title=title,
        address=meeting.place,
        link=meeting.link,
        is_cancelled=meeting.cancelled_at is not None,
    )
    return write_calendar(calendar, [event], Reader(get_language() or "en", has_place=True))
