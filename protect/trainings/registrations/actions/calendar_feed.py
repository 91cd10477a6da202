"""The calendar of a participant's own sessions, and its link."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import translation

from protect.audit.context import AuditContext
from protect.trainings.base.access import token_hash
from protect.trainings.registrations import enums, models
from protect.trainings.scheduling.actions.mail import TOKEN_BYTES
from protect.trainings.scheduling.calendars import Reader, document
from protect.trainings.scheduling.feeds import KEPT, PLACES, calendar_of, meeting
from protect.trainings.scheduling.models import Edition


@transaction.atomic
def give_feed(registration: models.Registration, *, at: datetime) -> str:
    """Return the token of a participant's calendar feed, shown once. The one before ends."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _keep_feed(registration, token_hash(token), "feed_give", at)
    return token


@transaction.atomic
def end_feed(registration: models.Registration, *, at: datetime) -> None:
    _keep_feed(registration, None, "feed_end", at)


def _keep_feed(
    registration: models.Registration, kept: str | None, action: str, at: datetime
) -> None:
    # The edition is locked first, as by every action on a registration.
    Edition.objects.select_for_update(of=("self",)).get(pk=registration.edition_id)
    row = models.Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    row.feed_hash = kept
    row.save(update_fields=["feed_hash"])
    audit = AuditContext(at=at, actor=None, organisation=registration.edition.host_id)
    audit.record(f"trainings.{action}", row)


ENDED = (enums.RegistrationState.WITHDRAWN, enums.RegistrationState.CANCELLED)


def of_registration(row: models.Registration, tag: str, *, has_titles: bool, at: datetime) -> bytes:
    """Return the sessions of a confirmed participant; cancelled, once the registration ended."""
    is_confirmed, is_over = row.state == enums.RegistrationState.CONFIRMED, row.state in ENDED
    sessions = row.edition.sessions.select_related("edition__course_version", *PLACES)
    near = sessions.filter(ends_at__gt=at - KEPT).order_by("starts_at", "number")
    reader = Reader(tag, has_place=is_confirmed, has_titles=has_titles)
    with translation.override(tag):
        meetings = [meeting(each, is_over=is_over) for each in near if is_confirmed or is_over]
        return document(calendar_of(row.edition.host, reader), meetings, reader)
