"""Access to attendance, which coordinators and trainers of an edition's hosts record."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied

from protect.audit.context import AuditContext
from protect.orgs.scope import Scope
from protect.trainings.attendance.models import PrintedList, SignedSheet
from protect.trainings.base.access import first_or_404
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling import access, models


def get_session(scope: Scope, pk: UUID) -> models.Session:
    """Return a session that this user records attendance for. Errors: Http404."""
    rows = models.Session.objects.select_related(
        "edition__host", "edition__course_version__course", "venue__resource", "venue__place"
    )
    return first_or_404(rows.filter(pk=pk, edition__in=access.editions_of(scope).values("pk")))


def get_printed_list(scope: Scope, pk: UUID) -> PrintedList:
    """Return a sign-in sheet of a session whose attendance this user records. Errors: Http404."""
    rows = PrintedList.objects.filter(session__edition__in=access.editions_of(scope).values("pk"))
    return first_or_404(rows.filter(pk=pk))


def get_signed_sheet(scope: Scope, pk: UUID) -> SignedSheet:
    """Return a signed sheet in this user's editions that this user can open. Errors: Http404."""
    rows = SignedSheet.objects.filter(session__edition__in=access.editions_of(scope).values("pk"))
    rows = rows.filter(record__owner_team__in=scope.teams).select_related("record__owner_team")
    return first_or_404(rows.filter(pk=pk))


def must_record(scope: Scope, session: models.Session) -> UUID:
    """Return a session's host id if a user may record attendance. Errors: PermissionDenied."""
    edition = session.training
    if not access.editions_of(scope).filter(pk=edition.pk).exists():
        raise PermissionDenied
    return edition.host_id


def recorder_context(scope: Scope, session: models.Session, *, at: datetime) -> AuditContext:
    """Return the audit context of a user who records attendance. Errors: PermissionDenied."""
    return scope.audit(must_record(scope, session), at=at)


def get_registration(scope: Scope, pk: UUID) -> Registration:
    """Return a registration that this user records attendance for. Errors: Http404."""
    rows = Registration.objects.filter(edition__in=access.editions_of(scope).values("pk"))
    return first_or_404(rows.select_related("edition__course_version", "participant").filter(pk=pk))
