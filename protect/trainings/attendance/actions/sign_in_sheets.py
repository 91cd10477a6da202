"""Lists that are printed to be signed, and the scans of those that were."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from protect.audit.context import AuditContext
from protect.kernel.ids import short_code
from protect.orgs.scope import Scope
from protect.trainings.attendance import access
from protect.trainings.attendance.lists import lines_of
from protect.trainings.attendance.models import PrintedList, SignedSheet
from protect.trainings.base.vocabulary import kept_for
from protect.trainings.needs.errors import NeedsNotAsked
from protect.trainings.scheduling.models import Session
from protect.uploads.clean_documents import CleanDocument
from protect.vault.actions import inbound


@transaction.atomic
def print_list(scope: Scope, session: Session, *, at: datetime) -> PrintedList:
    """Return the list of a session as it is now; the one printed before, if it still is so.

    Errors: PermissionDenied.
    """
    audit = AuditContext(at=at, actor=scope.user_id, organisation=access.must_note(scope, session))
    rows = [str(line.registration.pk) for line in lines_of(session)]
    last = session.lists.order_by("-printed_at", "-pk").first()
    if last is not None and last.registrations == rows:
        return last
    pk = uuid4()
    code = short_code("list", str(pk))
    while PrintedList.objects.filter(code=code).exists():  # one in hundreds of millions
        pk = uuid4()
        code = short_code("list", str(pk))
    printed = PrintedList.objects.create(
        pk=pk, session=session, code=code, registrations=rows, printed_at=at
    )
    audit.record("trainings.print_list", session)
    return printed


@transaction.atomic
def keep_scan(scope: Scope, session: Session, scan: CleanDocument, *, at: datetime) -> SignedSheet:
    """Seal the scan of a signed list to the team that arranges things; the same one only once.

    Errors: PermissionDenied; NeedsNotAsked, where no team could open it; TeamNotReady.
    """
    audit = AuditContext(at=at, actor=scope.user_id, organisation=access.must_note(scope, session))
    team = session.training.logistics_team
    if team is None or not inbound.is_reachable(team):
        raise NeedsNotAsked
    digest = hashlib.sha256(scan.content).hexdigest()
    existing = session.sheets.filter(sha256=digest).first()
    if existing is not None:
        return existing
    until = session.ends_at.astimezone(ZoneInfo(session.zone)) + kept_for("named_lists")
    record = inbound.seal(team, {}, retention=until.date(), at=at, file=scan)
    sheet = SignedSheet.objects.create(
        session=session,
        media_type=scan.media_type,
        sha256=digest,
        record=record,
        added_by_id=cast("UUID", scope.user_id),
        added_at=at,
    )
    audit.record("trainings.keep_scan", sheet)
    return sheet
