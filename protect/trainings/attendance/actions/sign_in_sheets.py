"""Sign-in sheets to print, and scans of signed sheets."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from protect.kernel.ids import short_code
from protect.orgs.scope import Scope
from protect.trainings.attendance import access
from protect.trainings.attendance.lists import lines_of
from protect.trainings.attendance.models import PrintedList, SignedSheet
from protect.trainings.base import errors, vocabulary
from protect.trainings.documents.actions import letterhead_of
from protect.trainings.documents.paper.content import AttendanceList, Person
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling import models, rules
from protect.uploads.clean_documents import CleanDocument
from protect.vault.errors import RecordGone
from protect.vault.records import erasure, inbound


def sign_in_sheet(printed: PrintedList, session: models.Session, tag: str) -> AttendanceList:
    """Return the content of a printed sign-in sheet, with current names and places."""
    edition = session.training
    sessions = [*edition.sessions.not_cancelled().order_by("starts_at", "number")]
    number = sessions.index(session) + 1 if session in sessions else 0
    return AttendanceList(
        code=printed.code,
        grant=edition.grant_number,
        event=edition.course_version.title,
        place=session_place_text(session),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        trainers=session_trainer_names(session),
        people=tuple(_printed_people(printed)),
        session_number=(number, len(sessions)) if number else None,
        **letterhead_of(edition.host_id, tag)._asdict(),
    )


def session_place_text(session: models.Session) -> str:
    """Return venue, address and town; without a venue “Online”, or "" without a link."""
    venue = session.venue
    if venue is None:
        return _("Online") if session.link else ""  # For translators: where a training is held
    return ", ".join(filter(None, [venue.resource.name, venue.address, venue.place.name]))


def session_trainer_names(session: models.Session) -> tuple[str, ...]:
    """Return the names of trainers and co-trainers who were asked or have accepted."""
    rows = session.bookings.live().filter(role__in=rules.TEACHING_ROLES).select_related("resource")
    return tuple(row.resource.name for row in rows.order_by("-role", "resource__name"))


def _printed_people(printed: PrintedList) -> Iterator[Person]:
    """Yield the people on a printed sheet; an erased participant's row stays, but is empty."""
    keys = [UUID(pk) for pk in printed.registrations]
    rows = Registration.objects.select_related("participant", "sender").in_bulk(keys)
    for row in map(rows.get, keys):
        name, sender = (row.participant.name, row.sender) if row else ("", None)
        yield Person(name, sender.name if sender else "")


@transaction.atomic
def print_sheet(scope: Scope, session: models.Session, *, at: datetime) -> PrintedList:
    """Store a new sheet, or return the latest if its rows are current. Errors: PermissionDenied."""
    audit = access.recorder_context(scope, session, at=at)
    rows = [str(line.registration.pk) for line in lines_of(session)]
    latest = session.lists.order_by("-printed_at", "-pk").first()
    if latest is not None and latest.registrations == rows:
        return latest
    pk = uuid4()
    while PrintedList.objects.filter(code=short_code("list", str(pk))).exists():
        pk = uuid4()  # the code is taken: once in hundreds of millions
    code = short_code("list", str(pk))
    printed = PrintedList.objects.create(
        pk=pk, session=session, code=code, registrations=rows, printed_at=at
    )
    audit.record("trainings.print_list", session)
    return printed


@transaction.atomic
def store_scan(
    scope: Scope, session: models.Session, scan: CleanDocument, *, at: datetime
) -> SignedSheet:
    """Encrypt the scan of a signed sheet for the logistics team; the same scan is stored once.
    Errors: PermissionDenied; trainings_needs_not_asked if no team can open it; team_not_ready."""
    audit = access.recorder_context(scope, session, at=at)
    team = session.training.logistics_team
    if team is None or not inbound.can_receive(team):
        raise errors.TrainingRefusal("trainings_needs_not_asked")
    digest = hashlib.sha256(scan.content).hexdigest()
    existing = session.sheets.filter(sha256=digest).first()
    if existing is not None:
        return existing
    ends = session.ends_at.astimezone(ZoneInfo(session.zone))
    retention_end = ends + vocabulary.retention_of("named_lists")
    sheet = SignedSheet.objects.create(
        session=session,
        media_type=scan.media_type,
        sha256=digest,
        record=inbound.seal_inbound(team, {}, retention=retention_end.date(), at=at, file=scan),
        added_by_id=cast("UUID", scope.user_id),
        added_at=at,
    )
    audit.record("trainings.keep_scan", sheet)
    return sheet


def erase_old_sheets(*, at: datetime) -> int:
    """Erase printed lists and scans by retention after the edition; return how many scans."""
    cutoff = at - vocabulary.retention_of("named_lists")
    last = Max("session__edition__sessions__ends_at")
    lists = PrintedList.objects.annotate(last=last).filter(last__lte=cutoff)
    PrintedList.objects.filter(pk__in=lists.values("pk")).delete()
    expired_sheets = SignedSheet.objects.annotate(last=last).filter(last__lte=cutoff).order_by("pk")
    records = list(expired_sheets.values_list("record", flat=True))
    for record in records:
        with suppress(RecordGone):  # it was already erased with its month
            inbound.erase_inbound(record, reason=erasure.RETENTION_REASON, at=at)
    return len(records)
