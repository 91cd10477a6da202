"""Lists that are printed to be signed, and the scans of those that were."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from protect.kernel.ids import short_code
from protect.orgs.scope import Scope
from protect.trainings import access_attending as access
from protect.trainings.actions.tracing import Trace
from protect.trainings.attendance_list import lines_of
from protect.trainings.models import PrintedList, Session


@transaction.atomic
def print_list(scope: Scope, session: Session, *, at: datetime) -> PrintedList:
    """Return the list of a half day as it is now; the one printed before, if it still is so.

    Errors: PermissionDenied.
    """
    trace = Trace(at, access.must_note(scope, session), scope.user_id)
    rows = [str(line.registration.pk) for line in lines_of(session)]
    last = session.lists.order_by("-printed_at", "-pk").first()
    if last is not None and last.registrations == rows:
        return last
    pk = uuid4()
    code = short_code("list", str(pk))
    while PrintedList.objects.filter(code=code).exists():  # one in hundreds of millions
        pk = uuid4()
        code = short_code("list", str(pk))
    made = PrintedList.objects.create(
        pk=pk, session=session, code=code, registrations=rows, printed_at=at
    )
    trace.record("print_list", session)
    return made
