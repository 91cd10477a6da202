"""Lists that are printed to be signed, and the scans of those that were signed."""

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
from protect.trainings.documents.actions import head_of
from protect.trainings.documents.paper.content import AttendanceList, Person
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling import models, rules
from protect.uploads.clean_documents import CleanDocument
from protect.vault.errors import RecordGone
from protect.vault.records import erasure, inbound


def signed_list(printed: PrintedList, session: models.Session, tag: str) -> AttendanceList:
    """Return what stands on a printed list in a language, as names and places are now."""
    edition = session.training
    standing = [*edition.sessions.standing().order_by("starts_at", "number")]
    number = standing.index(session) + 1 if session in standing else 0
    return AttendanceList(
        code=printed.code,
        grant=edition.grant_number,
        event=edition.course_version.title,
        place=place_of(session),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        trainers=trainers_of(session),
        people=tuple(_people(printed)),
        half_day=(number, len(standing)) if number else None,
        **head_of(edition.host_id, tag)._asdict(),
    )


def place_of(session: models.Session) -> str:
    venue = session.venue
    if venue is None:
        # Translators: where a training is held.
        return _("Online") if session.link else ""
    return ", ".join(filter(None, [venue.resource.name, venue.address, venue.place.name]))


def trainers_of(session: models.Session) -> tuple[str, ...]:
    rows = session.bookings.live().filter(role__in=rules.TEACHING).select_related("resource")
    return tuple(row.resource.name for row in rows.order_by("-role", "resource__name"))


def _people(printed: PrintedList) -> Iterator[Person]:
    """Yield the printed rows; empty for an erased participant, so that rows keep their numbers."""
    keys = [UUID(each) for each in printed.registrations]
    rows = Registration.objects.select_related("participant", "sender").in_bulk(keys)
    for row in map(rows.get, keys):
        name, sender = (row.participant.name, row.sender) if row else ("", None)
        yield Person(name, sender.name if sender else "")


@transaction.atomic
def print_list(scope: Scope, session: models.Session, *, at: datetime) -> PrintedList:
    """Return the list as it is now, or the same one printed before. Errors: PermissionDenied."""
    audit = access.recorder_context(scope, session, at=at)
    rows = [str(line.registration.pk) for line in lines_of(session)]
    last = session.lists.order_by("-printed_at", "-pk").first()
    if last is not None and last.registrations == rows:
        return last
    pk = uuid4()
    while PrintedList.objects.filter(code=short_code("list", str(pk))).exists():
        pk = uuid4()  # once in hundreds of millions
    code = short_code("list", str(pk))
    printed = PrintedList.objects.create(
        pk=pk, session=session, code=code, registrations=rows, printed_at=at
    )
    audit.record("trainings.print_list", session)
    return printed


@transaction.atomic
def keep_scan(
    scope: Scope, session: models.Session, scan: CleanDocument, *, at: datetime
) -> SignedSheet:
    """Seal the scan of a signed list to the team that arranges things; the same one only once.
    Errors: PermissionDenied; trainings_needs_not_asked, where no team opens it; team_not_ready."""
    audit = access.recorder_context(scope, session, at=at)
    team = session.training.logistics_team
    if team is None or not inbound.is_reachable(team):
        raise errors.TrainingRefusal("trainings_needs_not_asked")
    digest = hashlib.sha256(scan.content).hexdigest()
    existing = session.sheets.filter(sha256=digest).first()
    if existing is not None:
        return existing
    until = session.ends_at.astimezone(ZoneInfo(session.zone)) + vocabulary.kept_for("named_lists")
    sheet = SignedSheet.objects.create(
        session=session,
        media_type=scan.media_type,
        sha256=digest,
        record=inbound.seal(team, {}, retention=until.date(), at=at, file=scan),
        added_by_id=cast("UUID", scope.user_id),
        added_at=at,
    )
    audit.record("trainings.keep_scan", sheet)
    return sheet


def forget_sheets(*, at: datetime) -> int:
    """Erase scans and rows of lists after the grant's retention, without a key; return how many."""
    before = at - vocabulary.kept_for("named_lists")
    last = Max("session__edition__sessions__ends_at")
    lists = PrintedList.objects.annotate(last=last).filter(last__lte=before)
    PrintedList.objects.filter(pk__in=lists.values("pk")).delete()
    over = SignedSheet.objects.annotate(last=last).filter(last__lte=before).order_by("pk")
    records = list(over.values_list("record", flat=True))
    for record in records:
        with suppress(RecordGone):  # its month was over
            inbound.erase(record, reason=erasure.RETENTION, at=at)
    return len(records)
