"""Calendar feed of a participant's own sessions, and its link."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import translation

from protect.audit.context import AuditContext
from protect.kernel.ids import hash_token
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling import feeds, models
from protect.trainings.scheduling.actions.mail import TOKEN_BYTES
from protect.trainings.scheduling.calendars import Reader, write_calendar


@transaction.atomic
def create_feed_link(registration: Registration, *, at: datetime) -> str:
    """Create a participant's calendar feed link and return its token; an earlier link ends."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _set_feed(registration, hash_token(token), "feed_give", at)
    return token


@transaction.atomic
def end_feed_link(registration: Registration, *, at: datetime) -> None:
    _set_feed(registration, None, "feed_end", at)


def _set_feed(registration: Registration, feed_hash: str | None, action: str, at: datetime) -> None:
    # Every action on a registration locks the edition first: no deadlock.
    models.Edition.objects.select_for_update(of=("self",)).get(pk=registration.edition_id)
    row = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    row.feed_hash = feed_hash
    row.save(update_fields=["feed_hash"])
    audit = AuditContext(at=at, actor=None, organisation=registration.edition.host_id)
    audit.record(f"trainings.{action}", row)


SHOWN_CANCELLED = (RegistrationState.WITHDRAWN, RegistrationState.CANCELLED)  # as cancelled


def registration_calendar(row: Registration, tag: str, *, has_titles: bool, at: datetime) -> bytes:
    """Return a participant's iCalendar file in language `tag`: the sessions since `PAST_SHOWN`
    if confirmed, as cancelled if withdrawn or cancelled, else none. `has_titles`: in full."""
    is_confirmed, is_over = (row.state == RegistrationState.CONFIRMED, row.state in SHOWN_CANCELLED)
    rows = row.edition.sessions.select_related("edition__course_version", *feeds.VENUE_RELATIONS)
    recent = rows.filter(ends_at__gt=at - feeds.PAST_SHOWN).order_by("starts_at", "number")
    sessions = recent if is_confirmed or is_over else []
    reader = Reader(tag, has_place=is_confirmed, has_titles=has_titles)
    with translation.override(tag):
        events = [feeds.calendar_event(session, is_withdrawn=is_over) for session in sessions]
        return write_calendar(feeds.calendar_for_reader(row.edition.host, reader), events, reader)
